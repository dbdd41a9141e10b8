#pragma once

#include "schemas/json/value.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/stripe/field_reader.hpp"

namespace billhook::stripe {

// Fills what a charge's or payment intent's hash tells of its refusal. Faults are noted at `in`.
void read_decline(decline_fact& fact, json::value object, field_reader& in);

}  // namespace billhook::stripe
