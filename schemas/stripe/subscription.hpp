#pragma once

#include "schemas/json/value.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/stripe/field_reader.hpp"

#include <string_view>
#include <vector>

namespace billhook::stripe {

// The typed content of a subscription hash of any API version. Faults are noted at `in`.
[[nodiscard]] subscription_state subscription_state_of(json::value object, field_reader& in);

// The items of a list, or of a schedule's phase. Faults are noted at `in`.
[[nodiscard]] std::vector<subscription_item> items_in(json::value list, field_reader& in);

// What `previous_attributes` says of those fields; unreadable values count as not named.
[[nodiscard]] subscription_replaced subscription_replaced_by(
    json::value previous,
    const subscription_state& now,
    std::string_view account
);

// Whether bodies of this version of the API say why a subscription is paused: since
// 2026-09-30.endive (https://docs.stripe.com/changelog/endive/2026-09-30/pause-on-payment-failure).
[[nodiscard]] bool tells_why_paused(std::string_view api_version);

}  // namespace billhook::stripe
