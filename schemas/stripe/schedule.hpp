#pragma once

#include "schemas/json/value.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/stripe/field_reader.hpp"

#include <string_view>

namespace billhook::stripe {

// Fills what a subscription schedule's hash tells; the event's own parts are the caller's. Of its
// phases the one that follows the current one counts: Stripe tells of each transition
// (https://docs.stripe.com/billing/subscriptions/subscription-schedules), and what is to become of
// the subscription after the last (`end_behavior`). Faults are noted at `in`.
void read_schedule(
    schedule_fact& fact,
    std::string_view type,
    json::value object,
    field_reader& in
);

}  // namespace billhook::stripe
