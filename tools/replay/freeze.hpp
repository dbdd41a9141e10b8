#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "tools/replay/replay_threads.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace billhook {

// The live projection and one that was built beside it, in one snapshot of the database in which
// both stand at the same offsets.
struct equal_snapshots {
    std::unique_ptr<postgres::connection> over_live;
    std::unique_ptr<postgres::connection> over_built;
    std::unique_ptr<snapshot_reader> live;
    std::unique_ptr<snapshot_reader> built;
};

enum class freeze_refusal : std::uint8_t {
    live_is_behind,  // the workers did not come as far as what was built
    not_equal,       // what was built did not reach the live one in the seconds that it was held
    stuck,
    stopped,  // by the operator
};

// Freezes the built projection, which was caught up; waits up to `patience` until the workers have
// passed it; holds their offsets, for seconds, until it has folded what they had folded; looks.
// Workers wait meanwhile and go on afterwards. Blocks.
[[nodiscard]] result<equal_snapshots, freeze_refusal> freeze(
    const replay_settings& what,
    postgres::connection& over,
    std::chrono::seconds patience
);

}  // namespace billhook
