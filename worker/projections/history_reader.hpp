#pragma once

#include "worker/insight/history.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <vector>

namespace billhook {

enum class history_reach : std::uint8_t {
    owned_now,   // objects that are the organization's today; by indexes alone
    owned_ever,  // also those that some fact once named it for; reads the facts of everybody
};

// The organization's past as `from`'s snapshot has it. Throws what `postgres::classify` knows.
[[nodiscard]] organization_history read_history(
    snapshot_reader& from,
    const organization_id& organization,
    history_reach reach
);

// What `assess` needs of one organization, and how its standing is stored.
[[nodiscard]] organization_facts read_organization(
    snapshot_reader& from,
    const organization_id& organization
);

// billhook.plans as periods for `course_of`. The plans in force count from `now` at the latest: the
// horizon may lie before the moment at which they were applied.
[[nodiscard]] std::vector<policy_period> read_policies(snapshot_reader& from, instant now);

}  // namespace billhook
