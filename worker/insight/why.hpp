#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/standings.hpp"

#include <string>

namespace billhook {

// The sentences alone: which rule of the policy decided `one`, which was assessed from these facts
// and plans.
[[nodiscard]] std::string why(
    const standing& one,
    const organization_facts& facts,
    const catalogue& plans
);

// "basic, past_due: restricted (restricted), in dunning, restricted until 2026-02-21 01:00 UTC"
[[nodiscard]] std::string in_short(const standing& one);

}  // namespace billhook
