#pragma once

#include "schemas/json/value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace billhook::api {

// A payment method that Stripe showed.
struct shown_card {
    std::string id;
    std::int64_t created = 0;  // Unix seconds: when it was given

    friend bool operator==(const shown_card&, const shown_card&) = default;
};
// The value of a member that was expanded; nothing if it is null or was not.
[[nodiscard]] std::optional<shown_card> card_from(const json::value& shown);

// Stripe charges a subscription's own card and asks for the customer's default only where there is
// none (docs.stripe.com/api/subscriptions/object, default_payment_method), while a card that is
// given in the portal becomes the customer's default alone
// (docs.stripe.com/customer-management/portal-deep-links). So that the newer one is charged, the
// subscription's is made the customer's, if it is the younger of both, and then taken off the
// subscription. True: it is to be made the customer's.
[[nodiscard]] bool becomes_default(
    const shown_card& of_subscription,
    const std::optional<shown_card>& of_customer
);

}  // namespace billhook::api
