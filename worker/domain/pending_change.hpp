#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/types/instant.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What is arranged for a subscription and not in force yet.
namespace billhook {

struct pending_change {
    std::optional<std::string> plan;       // key in plans.toml; empty: no plan lists the price
    std::optional<std::int64_t> quantity;  // of that plan; empty: it has no number
    std::optional<instant> at;             // of a schedule's phase; empty: as soon as it is paid
    std::optional<instant> until;          // of what waits for a payment: when Stripe gives up

    friend bool operator==(const pending_change&, const pending_change&) = default;
};

// A change that waits for its payment (`pending_update`), else what a schedule's next phase makes
// different. `schedules` are the subscription's own; of several that are not over the earliest
// phase counts, then the least id. A phase names its prices by their ids alone: what else is known
// of a price the subscription's own items tell, with `seen` (`keys_seen` of them).
[[nodiscard]] std::optional<pending_change> pending_change_of(
    const stripe::subscription_state& state,
    std::span<const std::string> seen,
    std::span<const stripe::schedule_fact> schedules,
    const catalogue& plans
);

// A JSON object of its members; null is empty.
[[nodiscard]] std::string to_text(const pending_change& change);
// The way back. The text is our own: anything else asserts.
void from_text(std::string_view text, pending_change& change);

}  // namespace billhook
