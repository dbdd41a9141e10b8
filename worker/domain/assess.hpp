#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/standings.hpp"

#include <span>

namespace billhook {

// The standing of worker/README.md, "The policy", at `now`, which is the horizon and never a clock.
// Pure and total.
[[nodiscard]] standing assess(const organization_facts& facts, const catalogue& plans, instant now);

// Assesses each at `now`, or at its stored `as_of` if that is later (the horizon never goes back),
// and keeps those to write: what differs from the stored row, and rows whose stored `as_of` no
// longer explains them (tests/README.md, "I11").
[[nodiscard]] restated assess_each(
    std::span<const organization_facts> all,
    const catalogue& plans,
    instant now
);

}  // namespace billhook
