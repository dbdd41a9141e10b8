#pragma once

#include "tests/builders/life.hpp"
#include "worker/insight/history.hpp"

#include <span>

namespace billhook::builders {

// What the tables would hold of these events, as org_1's past, with a journal.
[[nodiscard]] organization_history past_of(std::span<const received> events);

// The example plans, for ever.
[[nodiscard]] std::vector<policy_period> example_policy();

}  // namespace billhook::builders
