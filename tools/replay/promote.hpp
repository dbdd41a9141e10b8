#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "tools/replay/replay_threads.hpp"
#include "worker/projections/promotion.hpp"

#include <chrono>
#include <functional>

namespace billhook {

struct promoting {
    promotion last;  // the last try
    int tries = 0;
    bool stuck = false;  // the replay stands still
};

// Follows the log into a building projection, which was caught up and assessed, until a try to
// promote it succeeds, or `patience` is over, or the operator stops it. Where workers are busy, it
// holds them for moments (below their lock_timeout) to come past them. Blocks.
[[nodiscard]] promoting promote(
    const replay_settings& what,
    postgres::connection& owner,
    std::chrono::seconds patience,
    const std::function<void(const promoting&)>& watch
);

}  // namespace billhook
