#pragma once

#include "schemas/json/value.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/stripe/field_reader.hpp"

namespace billhook::stripe {

// The typed content of a customer hash. Faults are noted at `in`.
[[nodiscard]] customer_state customer_state_of(json::value object, field_reader& in);

// What `previous_attributes` says of those fields; unreadable values count as not named.
[[nodiscard]] customer_replaced customer_replaced_by(
    json::value previous,
    std::string_view account
);

}  // namespace billhook::stripe
