#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "tools/replay/replay_threads.hpp"
#include "worker/ledger/projections.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace billhook {

enum class replay_ending : std::uint8_t {
    done,
    stopped,  // by the operator; the same call goes on where this one ended
    stuck,    // a partition is halted, the log is another one, or a thread gave up
};

// How far a part of a replay has come.
using progress_watch = std::function<void(std::int64_t done, std::int64_t total)>;

struct catching_up {
    replay_ending ending = replay_ending::done;
    std::int64_t records = 0;       // folded by this call
    std::int64_t live_records = 0;  // that workers folded into the live projection meanwhile
    std::chrono::duration<double> took{};
};
// How fast that is beside the workers: "the workers meanwhile 44/s: 1.1 times"; empty: they had
// nothing to fold.
[[nodiscard]] std::string beside_workers(const catching_up& so_far);

using catching_up_watch =
    std::function<void(std::int64_t done, std::int64_t total, const catching_up& so_far)>;

// Postgres' time, and the partitions' ends as they were then or later.
struct log_now {
    instant since{};
    std::vector<std::int64_t> ends;
};

// Folds all that lay in the log `now` into a building projection, the first half alone, by
// `jobs` threads; then `complete_to` of each partition is later than `now`. `watch` hears, a few
// times a second, how many of the records that were there are folded, and the rest of the answer
// so far. Blocks. Throws what the
// ledger throws where no retry mends it.
[[nodiscard]] catching_up catch_up(
    const replay_settings& what,
    postgres::connection& over,
    const log_now& now,
    const catching_up_watch& watch
);

// Assesses every organization of a building projection at its horizon and writes what differs:
// those that were only marked, those that are due, and those that other plans had assessed. Nobody
// may fold into it with the first half alone meanwhile. False: stopped by the operator.
[[nodiscard]] bool assess_all(
    const replay_settings& what,
    postgres::connection& over,
    const projection& built,
    const progress_watch& watch
);

}  // namespace billhook
