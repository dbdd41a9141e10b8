#include "tests/integration/pipeline/running_workers.hpp"

#include "schemas/io/kafka/inspector.hpp"
#include "tests/builders/life.hpp"
#include "worker/pipeline/background.hpp"
#include "worker/pipeline/kafka_source.hpp"
#include "worker/pipeline/postgres_opener.hpp"
#include "worker/runtime/stop_pacing.hpp"

#include <atomic>
#include <fmt/format.h>
#include <sstream>
#include <thread>

namespace billhook::testing {

using namespace std::chrono_literals;

struct running_workers::shared {
    const builders::database& state;
    const builders::topic& log_topic;
    worker_habits habits;
    catalogue plans = builders::example_plans();
    stop wish{};
    std::ostringstream said{};
    class log lines {
        "worker", log_level::info, log_format::text, said
    };
    std::atomic<bool> gave_up{false};
};

struct running_workers::one {
    one(shared& in, std::size_t number) : all(in), name(fmt::format("worker-{}", number)) {
        consumer = std::thread([this] {
            work<consumer_session>("consumer", [this](auto& postgres, surroundings with) {
                leased_assignment whose(
                    {.holder = name + ".consumer",
                     .topic = all.log_topic.name(),
                     .partitions = all.log_topic.partitions(),
                     .span = all.habits.lease},
                    [&]() -> leases& { return postgres.template get<leases>(); }
                );
                kafka_source source(settings(), whose);
                return run(source, postgres, with);
            });
        });
        clock = std::thread([this] {
            work<clock_session>("clock", [this](auto& postgres, surroundings with) {
                return run_clock(postgres, with, all.habits.clock);
            });
        });
    }

    source_settings settings() const {
        source_settings from{.kafka = {}, .topic = all.log_topic.name()};
        from.kafka.client = all.log_topic.client();
        from.kafka.group = all.log_topic.name();
        from.kafka.queued_kib = 24'576;
        from.limits.records = all.habits.batch_records;
        from.limits.linger = all.habits.linger;
        return from;
    }

    template <class Session, class Work>
    void work(const std::string& thread, Work what) {
        Session postgres(postgres_opener<Session>(
            {.where = all.state.as("billhook_worker"),
             .holder = name + "." + thread,
             .partitions = all.log_topic.partitions()}
        ));
        stop_pacing pace(all.wish);
        heartbeat signs;
        const surroundings with{
            .pace = pace,
            .changed = changed,
            .numbers = counters,
            .lines = all.lines,
            .signs = signs,
            .time_every = all.habits.horizon};
        if (what(postgres, with) == ending::gave_up) {
            all.gave_up = true;
        }
    }

    shared& all;
    std::string name;
    metrics numbers{};
    worker_metrics counters{numbers};
    mirror_queue changed{};
    std::thread consumer{};
    std::thread clock{};
};

running_workers::running_workers(
    const builders::database& state,
    const builders::topic& log,
    const worker_habits& habits
)
    : all_(new shared{.state = state, .log_topic = log, .habits = habits}) {
    for (std::size_t number = 1; number <= habits.workers; ++number) {
        workers_.push_back(std::make_unique<one>(*all_, number));
    }
}

running_workers::~running_workers() {
    end();
}

void running_workers::end() {
    all_->wish.request();
    for (const auto& each : workers_) {
        for (std::thread* const thread : {&each->consumer, &each->clock}) {
            if (thread->joinable()) {
                thread->join();
            }
        }
    }
}

bool running_workers::gave_up() const {
    return all_->gave_up;
}

std::vector<double> running_workers::batches() const {
    std::vector<double> counts;
    for (const auto& each : workers_) {
        counts.push_back(each->counters.batches.value());
    }
    return counts;
}

double running_workers::ticks() const {
    double sum = 0;
    for (const auto& each : workers_) {
        sum += each->counters.ticks.value();
    }
    return sum;
}

double running_workers::retries() const {
    double sum = 0;
    for (const auto& each : workers_) {
        sum += each->counters.retries.value();
    }
    return sum;
}

double running_workers::lost_claims() const {
    double sum = 0;
    for (const auto& each : workers_) {
        sum += each->counters.not_owner.value();
    }
    return sum;
}

std::string running_workers::log_text() const {
    return all_->said.str();
}

std::string live_schema(builders::database& state) {
    return state.ask("SELECT schema FROM billhook.projections WHERE role = 'live'");
}

bool eventually(
    const running_workers& by,
    std::chrono::seconds patience,
    const std::function<bool()>& answer
) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until && !by.gave_up()) {
        if (answer()) {
            return true;
        }
        std::this_thread::sleep_for(100ms);
    }
    return false;
}

bool folded(
    builders::database& state,
    const builders::topic& log,
    const running_workers& by,
    std::chrono::seconds patience
) {
    std::int64_t end = 0;
    kafka::inspector asks(log.client());
    for (std::int32_t number = 0; number < log.partitions(); ++number) {
        end += asks.end_of(log.name(), number, 10s);
    }
    return eventually(by, patience, [&] {
        return state.ask("SELECT coalesce(sum(next_offset), 0) FROM billhook.offsets") ==
               std::to_string(end);
    });
}

}  // namespace billhook::testing
