#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/standings.hpp"

#include <vector>

namespace billhook {

// What the organization is to be told at `now`, which is the horizon and never a clock, and which
// rows have to be recorded with it so that nothing is told twice (worker/README.md, "The policy").
// In the order in which it fell due. Empty once its rows are among `facts.recorded`. Pure and
// total.
//
// A step of an open case is due at anchor + step + settle; of several the latest is sent and the
// others are skipped; a step that one member of the case has is recorded for the others as covered.
// Where a grant held the case up, steps count from that grant's end. Steps that speak of access
// wait while another subscription counts, or a grant gives full access. `recovered` follows a case
// of which a step was sent; `canceled` the end of a subscription that had begun, after `settle`,
// and is skipped where another is alive; `trial_ending` precedes Stripe's trial_end by 3 days, and
// `grant_ending` a grant's by what the plans say (worker/domain/grant_ending.hpp): each once. What
// is no news is skipped, but the latest step of an open case where it says what the access is now.
[[nodiscard]] std::vector<due_notice> due_notices(
    const organization_facts& facts,
    const catalogue& plans,
    instant now
);

// It fell due before anybody was to be told (`notices_since`), or longer ago than
// `notices_max_age`.
[[nodiscard]] bool is_no_news(
    const organization_facts& facts,
    const dunning_policy& policy,
    instant due,
    instant now
);

}  // namespace billhook
