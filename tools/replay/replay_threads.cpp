#include "tools/replay/replay_threads.hpp"

#include "schemas/messages/topics.hpp"
#include "worker/pipeline/background.hpp"
#include "worker/pipeline/kafka_source.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <set>
#include <utility>

namespace billhook {

namespace {

using namespace std::chrono_literals;

constexpr auto time_every = 100ms;  // ends are asked for so often: a replay waits for them
constexpr auto clock_every = 500ms;
constexpr std::size_t queued_kib = 131'072;  // of all threads together; each more than a second's

source_settings source_of(const replay_settings& what) {
    source_settings from{
        .kafka = kafka::consumer_settings_from(what.told.kafka), .topic = topics::stripe_events};
    // Lag tools look at the workers' group: this is not their reading.
    from.kafka.group += ".replay." + what.projection;
    from.kafka.queued_kib = std::max<std::size_t>(queued_kib / what.jobs, 24'576);
    from.limits.records = 2'000;
    return from;
}

}  // namespace

class replay_threads::pace final : public pacing {
public:
    pace(const stop& wish, const std::atomic<bool>& ending) : wish_(wish), ending_(ending) {}

    bool stopping() override { return ending_ || wish_.requested(); }
    void wait(std::chrono::milliseconds span) override {
        const auto until = now() + span;
        while (!stopping() && now() < until) {
            static_cast<void>(wish_.wait_for(std::min(span, 50ms)));
        }
    }
    std::chrono::steady_clock::time_point now() override {
        return std::chrono::steady_clock::now();
    }

private:
    const stop& wish_;
    const std::atomic<bool>& ending_;
};

replay_threads::replay_threads(
    const replay_settings& what,
    replay_mode mode,
    const std::map<std::int32_t, std::int64_t>& ends
)
    : what_(what),
      mode_(mode),
      // What a worker would log goes by while an operator watches the progress.
      lines_(
          "replay",
          what.told.level == log_level::debug ? log_level::debug : log_level::error,
          what.told.format,
          what.told.level == log_level::debug ? std::cerr : said_
      ) {
    std::vector<std::set<std::int32_t>> shares(what_.jobs);
    std::size_t next = 0;
    for (std::int32_t number = 0; number < what_.partitions; ++number) {
        if (ends.empty() || ends.contains(number)) {
            shares[next++ % shares.size()].insert(number);
        }
    }
    for (std::size_t job = 0; job < std::min(next, shares.size()); ++job) {
        start(job, shares[job], ends);
    }
    if (mode_ == replay_mode::follow && ends.empty()) {
        start_clock();
    }
}

replay_threads::~replay_threads() {
    end();
}

void replay_threads::ask_to_end() {
    in_vain_ = in_vain_ || (!ending_ && are_stuck());
    ending_ = true;
}

void replay_threads::end() {
    ask_to_end();
    for (std::thread& each : threads_) {
        each.join();
    }
    threads_.clear();
    if (in_vain_) {
        std::cerr << said_.str() << std::flush;
        said_.str({});
    }
}

bool replay_threads::are_stuck() const {
    return gave_up_ || numbers_.parked.value() > 0 || numbers_.alarms.value() > 0;
}

building_part replay_threads::part_of(const std::string& thread, std::set<partition> reads) const {
    return {
        .where =
            {.url = what_.told.database.url,
                    .application_name = fmt::format("billhook replay {}", thread)        },
        .partitions = what_.partitions,
        .writes =
            {.building = what_.projection,
                    .first_half_alone = mode_ == replay_mode::catch_up,
                    .plans = std::make_shared<const postgres::applied_plans>(what_.plans)},
        .holder = thread,
        .reads = std::move(reads)
    };
}

template <class Session, class Work>
void replay_threads::start_thread(typename Session::opener how, Work work) {
    threads_.emplace_back([this, how = std::move(how), work] {
        try {
            Session postgres(how);
            pace steps(what_.wish, ending_);
            const surroundings with{
                .pace = steps,
                .changed = changed_,
                .numbers = numbers_,
                .lines = lines_,
                .signs = signs_,
                .time_every = time_every};
            if (work(postgres, with) == ending::gave_up) {
                gave_up_ = true;
            }
        } catch (const std::exception& thrown) {
            lines_.error("a thread could not go on", "cause"_is(postgres::scrubbed(thrown)));
            gave_up_ = true;
        }
    });
}

void replay_threads::start(
    std::size_t job,
    const std::set<std::int32_t>& share,
    const std::map<std::int32_t, std::int64_t>& ends
) {
    const std::string name = fmt::format("reader-{}", job + 1);
    source_settings from = source_of(what_);
    std::set<partition> reads;
    for (const std::int32_t number : share) {
        reads.insert({topics::stripe_events, number});
        if (const auto at = ends.find(number); at != ends.end()) {
            from.ends.insert(*at);
        }
    }
    const lease_terms terms{
        .holder = name, .topic = topics::stripe_events, .partitions = what_.partitions};
    start_thread<consumer_session>(
        building_opener(part_of(name, std::move(reads))),
        [from, terms](consumer_session& postgres, const surroundings& with) {
            leased_assignment whose(terms, [&postgres]() -> leases& {
                return postgres.get<leases>();
            });
            kafka_source source(from, whose);
            return run(source, postgres, with);
        }
    );
}

void replay_threads::start_clock() {
    start_thread<clock_session>(
        building_clock_opener(part_of("clock", {})),
        [](clock_session& postgres, const surroundings& with) {
            return run_clock(postgres, with, clock_every);
        }
    );
}

}  // namespace billhook
