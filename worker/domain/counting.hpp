#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/standings.hpp"
#include "worker/domain/subscription_standing.hpp"

#include <optional>
#include <span>

namespace billhook {

// When the organization's own trial ends, with what operators added to it; empty if nothing tells
// when it began.
[[nodiscard]] std::optional<instant> trial_end_of(
    const organization_facts& facts,
    const catalogue& plans
);

// Which subscription speaks for the organization: the greatest by worker/README.md, "The policy";
// nullptr if none does. One of add-ons alone never does, nor within the trial one that is
// incomplete. Where it is one at unlisted prices without a plan, nobody speaks within the trial:
// the trial is better than what has ended.
[[nodiscard]] const subscription_standing* counting(
    std::span<const subscription_standing> all,
    bool in_trial
);

// It would count if the trial were over.
[[nodiscard]] bool waits_for_trial(const subscription_standing& one);

}  // namespace billhook
