#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/standings.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace billhook {

// An organization of which two projections do not say the same, or one does not say what its own
// facts and the plans give.
struct standing_divergence {
    organization_id organization;
    std::string what;  // "live: plan pro -> enterprise; second: ...": see below

    friend bool operator==(const standing_divergence&, const standing_divergence&) = default;
};

// Columns in which the second differs, "plan pro -> enterprise, access full -> none"; empty: none.
// `as_of` does not count.
[[nodiscard]] std::string change_text(const standing& from, const standing& to);

using compared_watch = std::function<void(std::int64_t organizations)>;

// Every organization of either, by id: what assess gives for the facts of both at one time; and for
// each what is stored against what assess gives for its facts at its own `as_of`. Reads both to
// their ends.
[[nodiscard]] std::vector<standing_divergence> compare_standings(
    snapshot_reader& live,
    snapshot_reader& built,
    const catalogue& plans,
    const compared_watch& watch
);

// What a promote would change for whom: the live one's stored standing against what assess gives
// for the other's facts at the same time.
[[nodiscard]] std::vector<standing_divergence> changes_by_promote(
    snapshot_reader& live,
    snapshot_reader& built,
    const catalogue& plans,
    const compared_watch& watch
);

}  // namespace billhook
