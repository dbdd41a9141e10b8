#pragma once

#include "tools/simulator/told.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

// Since when a subscription's payment has been owing, and what a pause is for: from what Stripe
// told of it and of its invoices.
namespace billhook::simulator {

inline constexpr instant never = instant::max();

struct debt {
    std::optional<instant> since;       // empty: nothing is owed
    std::optional<instant> settled_at;  // of the last one, if it is over
};
[[nodiscard]] debt debt_of(
    const told_subscription& of,
    const std::map<std::string, told_invoice>& invoices,
    instant at
);

enum class pause_cause : std::uint8_t { failed_payment, trial_over, other };
// Requires a subscription that is paused.
[[nodiscard]] pause_cause cause_of_pause(
    const told_subscription& of,
    const std::map<std::string, told_invoice>& invoices
);

}  // namespace billhook::simulator
