#pragma once

#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/io/process/stop.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/replay/building_session.hpp"
#include "worker/pipeline/run.hpp"
#include "worker/projections/acts.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace billhook {

// Which projection is built, from what and by how many threads.
struct replay_settings {
    const settings& told;
    postgres::applied_plans plans;  // to assess by; version 0: a promote puts them in force
    const stop& wish;
    std::string projection;       // role `building`
    std::int32_t partitions = 0;  // of stripe.events
    std::size_t jobs = 1;         // threads that read, each some of the partitions
    std::optional<acting> by{};   // who promotes it, to be recorded
};

enum class replay_mode : std::uint8_t {
    catch_up,  // the first half alone: standings are marked
    follow,    // both halves, and without an end the clock: as workers do it for the live one
};

// The worker's own pipeline over a projection that is built, in threads of this process: started by
// the constructor, ended by `end` or the destructor. The members may be called from one thread.
class replay_threads {
public:
    // `ends`: by partition, where to stop, and no others are read; empty: all, until ended.
    replay_threads(
        const replay_settings& what,
        replay_mode mode,
        const std::map<std::int32_t, std::int64_t>& ends = {}
    );
    ~replay_threads();
    replay_threads(const replay_threads&) = delete;
    replay_threads& operator=(const replay_threads&) = delete;

    // Lets every thread finish its batch, then waits for it.
    void end();
    // The threads end as `end` asks, without waiting for them. What fails from here on is no news:
    // a promote takes what they write away from them.
    void ask_to_end();
    // A thread gave up, or a partition stands still: halted, or the log is another one.
    [[nodiscard]] bool are_stuck() const;

private:
    class pace;
    void start(
        std::size_t job,
        const std::set<std::int32_t>& share,
        const std::map<std::int32_t, std::int64_t>& ends
    );
    void start_clock();
    [[nodiscard]] building_part part_of(const std::string& thread, std::set<partition> reads) const;
    template <class Session, class Work>
    void start_thread(typename Session::opener how, Work work);

    replay_settings what_;
    replay_mode mode_;
    std::ostringstream said_;  // shown at the end, if that came too early
    log lines_;
    metrics all_numbers_;
    worker_metrics numbers_{all_numbers_};
    mirror_queue changed_;  // nobody copies what is built
    heartbeat signs_;       // nobody watches: an operator does
    std::atomic<bool> ending_{false};
    bool in_vain_ = false;  // stuck before it was asked to end
    std::atomic<bool> gave_up_{false};
    std::vector<std::thread> threads_;
};

}  // namespace billhook
