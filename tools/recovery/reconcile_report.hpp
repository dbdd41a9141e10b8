#pragma once

#include "worker/insight/divergence.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a pass of reconcile found.
namespace billhook {

enum class recovered_kind : std::uint8_t {
    customer,
    subscription,
    subscription_schedule,
    invoice,
    checkout_session
};
[[nodiscard]] std::string_view to_word(recovered_kind kind);

struct divergence {
    recovered_kind kind{};
    std::string object;  // Stripe's id
    divergence_cause cause{};
    bool healed = false;  // published, and the fold will agree

    // Another pass may well settle it, or an operator has to look: not healed, not merely misnamed
    // by the application, nor assumed for want of anything that tells.
    [[nodiscard]] bool open() const;

    friend auto operator<=>(const divergence&, const divergence&) = default;
};

struct reconcile_report {
    std::size_t customers = 0;  // compared
    std::size_t subscriptions = 0;
    std::size_t schedules = 0;
    std::size_t invoices = 0;
    std::size_t published = 0;  // records
    std::vector<divergence> divergences;

    [[nodiscard]] std::size_t open() const;
};

}  // namespace billhook
