#pragma once

#include "schemas/stripe/facts.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace billhook::stripe {

enum class object_kind : std::uint8_t {
    none,
    subscription,
    invoice,
    customer,
    checkout_session,
    subscription_schedule,
    charge,
    payment_intent
};

// What Billhook makes of an event by its type's name alone.
struct event_type {
    std::string_view name{};
    object_kind about = object_kind::none;  // none: the event is `ignored`
    place within_second = place::middle;
    evidence says = evidence::none;
    // Of an invoice from before 2018-11, which has no status: the status this event leaves it in,
    // where the type tells it.
    std::string_view implied_status{};
};

// The row of that name, else a row about nothing. Case-sensitive, whole names.
[[nodiscard]] const event_type& type_of(std::string_view name);

// All types that Billhook uses, by name.
[[nodiscard]] std::span<const event_type> used_types();

}  // namespace billhook::stripe
