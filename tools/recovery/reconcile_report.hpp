#pragma once

#include "worker/insight/divergence.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a pass of reconcile found.
namespace billhook {

enum class recovered_kind : std::uint8_t { customer, subscription, invoice, checkout_session };
[[nodiscard]] std::string_view to_word(recovered_kind kind);

struct divergence {
    recovered_kind kind{};
    std::string object;  // Stripe's id
    divergence_cause cause{};
    bool healed = false;  // published, and the fold will agree

    friend auto operator<=>(const divergence&, const divergence&) = default;
};

struct reconcile_report {
    std::size_t customers = 0;  // compared
    std::size_t subscriptions = 0;
    std::size_t invoices = 0;
    std::size_t published = 0;  // records
    std::vector<divergence> divergences;

    // Those that another pass may well settle, or an operator has to look at: not healed, and not
    // merely misnamed by the application.
    [[nodiscard]] std::size_t open() const;
};

}  // namespace billhook
