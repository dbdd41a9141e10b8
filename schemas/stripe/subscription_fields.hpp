#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace billhook::stripe {

// One price of a subscription. All but its id, the quantity and the period follows from that id,
// and not every version of the API tells all of it: where contents are compared to order facts, it
// does not count.
struct subscription_item {
    std::optional<std::string> price;  // price id, else legacy plan id
    std::optional<std::string> product;
    std::optional<std::string> lookup_key;
    std::optional<std::int64_t> quantity;  // absent for metered prices
    std::optional<instant> period_start;   // since 2025-03-31.basil
    std::optional<instant> period_end;
    std::optional<std::string> interval{};  // Stripe's word: day, week, month, year
    std::optional<std::int64_t> interval_count{};
    std::optional<std::string> currency{};  // of `unit_amount`: the price's own
    // Of one, in minor units as a decimal number (schemas/types/money.hpp). Empty where one has no
    // amount of its own: tiers, packages, by use, or none that is told.
    std::optional<std::string> unit_amount{};

    friend auto operator<=>(const subscription_item&, const subscription_item&) = default;
};

// Stripe's word for why a subscription is paused. Which version of the API wrote the body decides
// whether it is there at all: where contents are compared to order facts, it does not count.
using pause_type = strong_id<struct pause_type_tag>;

template <template <class> class Field>
struct subscription_fields {
    Field<std::string> status{};  // Stripe's word, also one we do not know
    Field<std::optional<customer_id>> customer{};
    Field<std::optional<invoice_id>> latest_invoice{};
    Field<std::vector<subscription_item>> items{};  // in the body's order
    Field<std::optional<instant>> period_start{};   // top level, before basil
    Field<std::optional<instant>> period_end{};
    Field<std::optional<instant>> trial_end{};
    Field<std::optional<instant>> cancel_at{};
    Field<bool> cancel_at_period_end{};
    Field<std::optional<organization_id>> organization{};  // metadata.organization_id
    Field<std::optional<instant>> created{};
    // status_details.paused.subscription.type, since 2026-09-30.endive
    Field<std::optional<pause_type>> paused_for{};
    // A change that Stripe keeps aside until it is paid, and when it gives up: pending_update
    Field<std::optional<instant>> pending_update_until{};
    Field<std::optional<std::vector<subscription_item>>> pending_items{};  // what it would be then
    Field<std::optional<std::string>> currency{};  // in which it is paid; old versions have none

    static constexpr std::string_view names =
        "status customer latest_invoice items period_start period_end trial_end cancel_at "
        "cancel_at_period_end organization created paused_for pending_update_until "
        "pending_items currency";
    [[nodiscard]] static auto tied(auto& fields) {
        return std::tie(
            fields.status,
            fields.customer,
            fields.latest_invoice,
            fields.items,
            fields.period_start,
            fields.period_end,
            fields.trial_end,
            fields.cancel_at,
            fields.cancel_at_period_end,
            fields.organization,
            fields.created,
            fields.paused_for,
            fields.pending_update_until,
            fields.pending_items,
            fields.currency
        );
    }
    [[nodiscard]] auto members() const { return tied(*this); }
    [[nodiscard]] auto members() { return tied(*this); }
    friend bool operator==(const subscription_fields& a, const subscription_fields& b) {
        return a.members() == b.members();
    }
};

}  // namespace billhook::stripe
