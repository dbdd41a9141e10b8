#pragma once

#include "schemas/json/value.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/stripe/field_reader.hpp"

#include <string_view>

namespace billhook::stripe {

// Fills what a Checkout session's hash tells; the event's own parts are the caller's, who sets
// `event` and `event_created` before. Faults are noted at `in`.
void read_checkout(
    checkout_fact& fact,
    std::string_view type,
    json::value object,
    field_reader& in
);

}  // namespace billhook::stripe
