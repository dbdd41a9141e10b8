#include "tools/commands/bench_worker.hpp"

#include "schemas/io/process/log.hpp"
#include "tools/commands/bench_folding.hpp"
#include "tools/commands/bench_log.hpp"
#include "tools/commands/bench_servers.hpp"
#include "worker/pipeline/postgres_opener.hpp"
#include "worker/pipeline/run.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/stream_from>
#include <pqxx/tablewriter>
#include <pqxx/transaction>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <utility>

namespace billhook {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::string_view bench_name = "billhook bench worker";

// CPU time of servers' processes, if they run on this machine.
std::optional<double> server_seconds(const std::vector<pid_t>& processes) {
    try {
        double sum = 0;
        for (const pid_t each : processes) {
            sum += processor_seconds(each);
        }
        return sum;
    } catch (const std::system_error&) {  // it has ended
        return std::nullopt;
    }
}

double own_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& of) {
        return static_cast<double>(of.tv_sec) + static_cast<double>(of.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// What is used from its making on.
class meter {
public:
    explicit meter(postgres::connection& asks) : asks_(asks), wal_(wal_so_far(asks)) {}

    // By the server's processes of those numbers, whose lives began later.
    [[nodiscard]] work_cost stop(std::int64_t events, const std::vector<pid_t>& processes) {
        const std::chrono::duration<double> passed = steady::now() - begun_;
        return {
            .events = events,
            .seconds = passed.count(),
            .client_seconds = own_seconds() - own_,
            .server_seconds = server_seconds(processes),
            .wal_bytes = wal_so_far(asks_) - wal_};
    }

private:
    postgres::connection& asks_;
    std::int64_t wal_;
    double own_ = own_seconds();
    steady::time_point begun_ = steady::now();
};

struct bench_pacing final : pacing {
    bool stopping() override { return false; }
    void wait(std::chrono::milliseconds span) override { std::this_thread::sleep_for(span); }
    steady::time_point now() override { return steady::now(); }
};

// What one thread has of its own; its session stays until the server's share was asked for.
struct bench_consumer {
    explicit bench_consumer(consumer_session::opener open) : postgres(std::move(open)) {}

    consumer_session postgres;
    heartbeat signs;
    bench_pacing pace;
    ending ended = ending::gave_up;
};

class bench_of_worker {
public:
    bench_of_worker(const postgres::connect_options& database, std::int32_t partitions)
        : database_(database), partitions_(partitions), asks_(database) {}

    // By consumers that share the partitions.
    work_cost fold(const bench_log& all, std::size_t batch_records, std::size_t consumers) {
        log lines("bench", log_level::error, log_format::text);
        metrics numbers;
        const worker_metrics counters(numbers);
        mirror_queue changed;
        std::deque<bench_consumer> working;
        meter used(asks_);
        std::vector<std::thread> threads;
        for (std::size_t number = 0; number < consumers; ++number) {
            auto& one = working.emplace_back(session_of(number));
            threads.emplace_back([&, number] {
                bench_source source(all, batch_records, {.number = number, .of = consumers});
                one.ended =
                    run(source,
                        one.postgres,
                        {.pace = one.pace,
                         .changed = changed,
                         .numbers = counters,
                         .lines = lines,
                         .signs = one.signs});
            });
        }
        for (std::thread& each : threads) {
            each.join();
        }
        const auto cost = used.stop(all.records(), processes_named(bench_name));
        if (std::ranges::any_of(
                working, [](const bench_consumer& each) { return each.ended != ending::left; }
            ) ||
            counters.dead_letters.value() > 0 ||
            counters.records.value() != static_cast<double>(all.records())) {
            throw std::runtime_error("not every event was folded");
        }
        return cost;
    }

    // The rows that lie in the journal and the facts, into tables like them.
    work_cost copy(std::int64_t events) {
        postgres::connection from(database_);
        postgres::connection to(database_);
        pqxx::work reads(from.raw());
        pqxx::work writes(to.raw());
        const auto schema = live_schema(reads);
        writes.exec("CREATE SCHEMA bench_copies");
        for (const auto* table : copied_tables) {
            writes.exec(fmt::format(
                "CREATE TABLE bench_copies.{0} (LIKE {1}.{0} INCLUDING ALL)", table, schema
            ));
        }
        std::map<std::string, std::vector<std::string>> lines;
        for (const auto* table : copied_tables) {
            pqxx::stream_from rows(reads, fmt::format("{}.{}", schema, table));
            for (std::string line; rows.get_raw_line(line);) {
                lines[fmt::format("bench_copies.{}", table)].push_back(line);
            }
        }
        meter used(asks_);
        for (const auto& [table, all] : lines) {
// Its successor takes no line that is ready.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
            pqxx::tablewriter copies(writes, table);
#pragma GCC diagnostic pop
            for (const std::string& line : all) {
                copies.write_raw_line(line);
            }
            copies.complete();
        }
        writes.commit();
        return used.stop(events, {to.raw().backendpid()});
    }

    std::vector<updated_table> updates() {
        await_others_end();
        pqxx::work in(asks_.raw());
        std::vector<updated_table> all;
        for (const auto& row : in.exec_params(
                 "SELECT relname, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE "
                 "schemaname = $1 AND n_tup_upd > 0 ORDER BY n_tup_upd DESC",
                 live_schema(in)
             )) {
            all.push_back(
                {row[0].as<std::string>(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>()}
            );
        }
        return all;
    }

private:
    static constexpr std::array<const char*, 4> copied_tables{
        "events",
        "customer_facts",
        "subscription_facts",
        "invoice_facts"};

    static std::string live_schema(pqxx::transaction_base& in) {
        return in.exec1("SELECT schema FROM billhook.projections WHERE role = 'live'")[0]
            .as<std::string>();
    }
    // What a server process counted is seen for sure when it has ended, soon after its client.
    void await_others_end() {
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        for (;;) {
            pqxx::work in(asks_.raw());
            const auto others = in.exec1(
                                      "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                                      "current_database() AND "
                                      "backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )[0]
                                    .as<std::int64_t>();
            if (others == 0 || std::chrono::steady_clock::now() > patience) {
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }
    std::vector<pid_t> processes_named(std::string_view name) {
        pqxx::nontransaction in(asks_.raw());
        std::vector<pid_t> all;
        for (const auto& row : in.exec_params(
                 "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND "
                 "application_name = $1",
                 std::string(name)
             )) {
            all.push_back(row[0].as<pid_t>());
        }
        return all;
    }
    [[nodiscard]] consumer_session::opener session_of(std::size_t number) const {
        auto where = database_;
        where.application_name = bench_name;
        return postgres_opener<consumer_session>(
            {.where = where, .holder = fmt::format("bench.{}", number), .partitions = partitions_}
        );
    }

    postgres::connect_options database_;
    std::int32_t partitions_;
    postgres::connection asks_;
};

}  // namespace

std::optional<worker_costs> measure_worker(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords,
    const worker_bench& how
) {
    if (!migrate_for_bench(database, plans, role_passwords)) {
        return std::nullopt;
    }
    bench_of_worker bench(database, how.partitions);
    worker_costs found;
    found.consumers = how.consumers;
    const auto lived = [&how, &plans](const char* prefix) {
        tell_bench(fmt::format("{} organizations live three months", how.organizations));
        return log_of_lives(plans.plans, prefix, how.organizations, how.partitions, SIZE_MAX);
    };
    const auto told = [&how](const bench_log& log, std::size_t consumers) {
        tell_bench(fmt::format(
            "{} events in batches of {}, consumers: {}", log.records(), how.batch_records, consumers
        ));
    };
    {
        const auto log = lived("many");
        told(log, how.consumers);
        found.in_batches = bench.fold(log, how.batch_records, how.consumers);
    }
    found.tables = bench.updates();
    tell_bench("the same rows by COPY");
    found.copied = bench.copy(found.in_batches.events);
    {
        const auto log = lived("more");
        told(log, 1);
        found.by_one = bench.fold(log, how.batch_records, 1);
    }
    const auto few =
        log_of_lives(plans.plans, "few", how.alone / 10 + 20, how.partitions, how.alone);
    tell_bench(fmt::format("{} events one by one", few.records()));
    found.alone = bench.fold(few, 1, 1);
    return found;
}

}  // namespace billhook
