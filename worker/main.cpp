#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/io/process/admin_server.hpp"
#include "schemas/io/process/arguments.hpp"
#include "schemas/io/process/plans_file.hpp"
#include "schemas/messages/topics.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/pipeline/background.hpp"
#include "worker/pipeline/kafka_source.hpp"
#include "worker/pipeline/postgres_opener.hpp"
#include "worker/pipeline/relay.hpp"
#include "worker/runtime/startup.hpp"
#include "worker/runtime/stop_pacing.hpp"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

// billhook-worker: N consumer threads, one thread each for the clock, the relay and the
// application's table; a session a thread. The first thread that gives up stops the others.
namespace billhook {

namespace {

// Everything that the threads share; built once, outlives them.
struct worker {
    const settings& told;
    std::int32_t partitions;
    log& lines;
    stop& wish;
    metrics numbers{};
    worker_metrics counters{numbers};
    mirror_queue changed{};
    watchdog dog{told.worker.watchdog, lines};
    std::string holder = unique_holder();
    std::atomic<bool> gave_up{false};

    [[nodiscard]] postgres_place place_of(const std::string& thread) const {
        return {
            .where = {.url = told.database.url, .application_name = "billhook-worker " + thread},
            .holder = holder_of(thread),
            .partitions = partitions,
            .load_rows = told.worker.load_rows
        };
    }
    [[nodiscard]] std::string holder_of(const std::string& thread) const {
        return holder + "." + thread;
    }
};

// While one waits for Postgres another parses, so two keep a processor busy. More than a few only
// bring Postgres more sessions that wait for each other, and memory for each.
std::size_t consumers_of(const worker_settings& told) {
    constexpr std::size_t enough = 4;
    const std::size_t wanted = 2 * std::size_t{std::thread::hardware_concurrency()};
    return told.threads != 0 ? told.threads : std::clamp(wanted, std::size_t{1}, enough);
}

source_settings source_of(const worker& all) {
    source_settings from{
        .kafka = kafka::consumer_settings_from(all.told.kafka), .topic = topics::stripe_events};
    // The fetch queues of all consumers together are what one would have, but each must hold more
    // than a second of work.
    const std::size_t consumers = consumers_of(all.told.worker);
    const std::size_t share = from.kafka.queued_kib / consumers;
    from.kafka.queued_kib = std::max<std::size_t>(share, 24'576);
    from.limits.buffered = std::min(from.limits.buffered, 32 * 1024 * 1024 / consumers);
    from.limits.records = all.told.worker.batch_records;
    from.limits.linger = all.told.worker.batch;
    return from;
}

ending consume(
    const worker& all,
    const std::string& thread,
    consumer_session& postgres,
    surroundings with
) {
    leased_assignment whose(
        {.holder = all.holder_of(thread),
         .topic = topics::stripe_events,
         .partitions = all.partitions,
         .span = all.told.worker.lease},
        [&postgres]() -> leases& { return postgres.get<leases>(); }
    );
    kafka_source source(source_of(all), whose);
    return run(source, postgres, with);
}

// One thread's work, from its own session to the stop; a failure stops the process.
template <class Session, class Work>
std::thread start(worker& all, const std::string& name, Work work) {
    heartbeat& signs = all.dog.watch(name);
    return std::thread([&all, &signs, name, work] {
        try {
            Session postgres(postgres_opener<Session>(all.place_of(name)), signs);
            stop_pacing pace(all.wish);
            const surroundings with{
                .pace = pace,
                .changed = all.changed,
                .numbers = all.counters,
                .lines = all.lines,
                .signs = signs,
                .time_every = all.told.worker.horizon};
            if (work(postgres, with) == ending::gave_up) {
                all.gave_up = true;
            }
        } catch (const std::exception& thrown) {
            all.lines.error(
                "a thread could not go on",
                "thread"_is(name),
                "cause"_is(postgres::scrubbed(thrown))
            );
            all.gave_up = true;
        }
        if (all.gave_up) {
            all.wish.request();
        }
    });
}

std::vector<std::thread> start_all(worker& all) {
    std::vector<std::thread> threads;
    const std::size_t consumers = consumers_of(all.told.worker);
    for (std::size_t number = 1; number <= consumers; ++number) {
        const std::string name = "consumer-" + std::to_string(number);
        const auto work = [&all, name](consumer_session& postgres, surroundings with) {
            return consume(all, name, postgres, with);
        };
        threads.push_back(start<consumer_session>(all, name, work));
    }
    threads.push_back(start<clock_session>(all, "clock", [&all](auto& postgres, surroundings with) {
        return run_clock(postgres, with, all.told.worker.clock);
    }));
    threads.push_back(start<relay_session>(all, "relay", [&all](auto& postgres, surroundings with) {
        kafka::producer_settings to = kafka::producer_settings_from(all.told.kafka);
        to.message_timeout = relay_message_timeout(all.told.worker.relay_lease);
        // Whole batches come at once: waiting for company would only cost time.
        to.linger = std::min(to.linger, to.message_timeout / 10);
        kafka::kafka_publisher publisher(to);
        run_relay(
            postgres,
            with,
            publisher,
            {.lease = all.told.worker.relay_lease, .every = all.told.worker.relay}
        );
        return ending::left;
    }));
    if (all.told.worker.organizations) {
        threads.push_back(start<table_session>(
            all,
            "table",
            [&all](auto& postgres, surroundings with) {
                kafka::producer_settings to = kafka::producer_settings_from(all.told.kafka);
                // A pass that cannot be published is repeated; nobody waits for one message for
                // long.
                to.message_timeout =
                    std::min(to.message_timeout, std::chrono::milliseconds{20'000});
                kafka::kafka_publisher publisher(to);
                run_table(
                    postgres,
                    with,
                    publisher,
                    {.mirror = all.told.worker.mirror_interval,
                     .sweep = all.told.worker.sweep_interval}
                );
                return ending::left;
            }
        ));
    }
    return threads;
}

void look_at_plans(postgres::connection& over, const catalogue& plans, log& lines) {
    const postgres::applied_plans in_force = prepare_for_work(over);
    if (in_force.text.plans != plans) {
        lines.warning(
            "the file of plans says something else than the plans in force, which count: see "
            "`billhook plans try`, then `billhook plans apply`",
            "version"_is(in_force.version)
        );
    }
}

exit_code work(const settings& told, const catalogue& plans) {
    stop wish;
    log lines("worker", told.level, told.format);
    const auto servers = wait_for_servers(
        {.told = told,
         .application_name = "billhook-worker start",
         .topic = topics::stripe_events,
         .look = [&](postgres::connection& over) { look_at_plans(over, plans, lines); }},
        wish,
        lines
    );
    if (const auto* code = std::get_if<exit_code>(&servers)) {
        return *code;
    }
    worker all{
        .told = told, .partitions = std::get<std::int32_t>(servers), .lines = lines, .wish = wish};
    const admin_server admin(
        told.worker.admin_listen,
        usual_routes(
            all.numbers, [&all] { return !all.wish.requested() && all.counters.ready.value() > 0; }
        ),
        lines
    );
    std::vector<std::thread> threads = start_all(all);
    all.dog.start();
    lines.info(
        "working",
        "holder"_is(all.holder),
        "partitions"_is(all.partitions),
        "admin_port"_is(admin.port())
    );
    constexpr std::chrono::minutes any_span{1};
    while (!wish.wait_for(any_span)) {
    }
    const auto ended = [&all] { return all.gave_up ? exit_code::refused : exit_code::done; };
    all.dog.end_within(told.worker.stop_deadline, ended());
    for (std::thread& each : threads) {
        each.join();
    }
    all.dog.end();
    lines.info("stopped");
    return ended();
}

}  // namespace

}  // namespace billhook

int main(int argc, char** argv) {
    using namespace billhook;
    const auto told = read_arguments(
        {
            .process = process_kind::worker,
            .purpose = "Folds stripe.events into the state in Postgres and keeps its clock.",
            .examples = "  billhook-worker --config billhook.toml   work until SIGTERM",
            .required = {"kafka.brokers", "database.url"}
    },
        argc,
        argv
    );
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return to_int(*code);
    }
    const settings& settings_told = std::get<settings>(told);
    const auto plans = read_plans_file(settings_told.plans);
    if (!plans) {
        return to_int(exit_code::usage);
    }
    try {
        return to_int(work(settings_told, plans->plans));
    } catch (const std::system_error& thrown) {
        const auto& at = settings_told.worker.admin_listen;
        std::fprintf(
            stderr,
            "billhook-worker: cannot listen on %s:%u (worker.admin_listen): %s\n",
            at.host.c_str(),
            static_cast<unsigned>(at.port),
            thrown.code().message().c_str()
        );
        return to_int(exit_code::unreachable);
    }
}
