#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/standings.hpp"
#include "worker/domain/subscription_standing.hpp"

#include <span>
#include <vector>

namespace billhook {

// Which ends of grants the organization is to be told of at `now`, each once: the plans'
// `grant_notice` before it, of a grant in force that is longer than that and whose end takes
// something that no later one gives as well. It is told of the subscription that counts, else of
// its latest; who never had one is not told. Told by any of its subscriptions is told. Pure.
[[nodiscard]] std::vector<due_notice> grant_endings(
    const organization_facts& facts,
    const catalogue& plans,
    std::span<const subscription_standing> each,
    const subscription_standing* counts,
    instant now
);

}  // namespace billhook
