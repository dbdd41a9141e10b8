#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace billhook::stripe {

// An event as the worker journals it. `said` is monostate for a type that Billhook does not use, a
// thin event, and anything else that has an id but is no snapshot event: those are `ignored`.
struct event {
    event_id id;
    std::string type;                     // empty if the body has none
    std::optional<std::string> account;   // that it comes from; empty text if it cannot be read
    std::string object;                   // id of the object it is about, scoped; empty if none
    std::optional<customer_id> customer;  // scoped; of the object
    std::optional<instant> created;       // the event's
    std::string api_version;              // empty if null or absent
    std::optional<bool> livemode;
    std::variant<
        std::monostate,
        subscription_fact,
        invoice_fact,
        customer_fact,
        checkout_fact,
        schedule_fact,
        decline_fact>
        said;
};

// Why a correctly signed body cannot be an event; becomes a dead letter's reason. Stable words.
enum class parse_error : std::uint8_t {
    not_json,       // not strict JSON: syntax, encoding, depth, duplicate keys
    not_an_object,  // JSON, but no object at the top
    no_id,          // an object without a usable "id"
    id_too_long,    // an id over 255 bytes (Stripe's own bound)
    no_created,     // a type we use, without a time
    no_object,      // a type we use, without data.object or its id
    bad_id,         // an id of the event, its object or its customer that is no text, or has a
                    // NUL or a lone surrogate in it
    bad_value,      // a field has a type, length or range that it cannot have; costs no event
};
[[nodiscard]] std::string_view to_word(parse_error why);

// Pure; never throws for any bytes at all. Both shapes of every moved field are read (before and
// after 2025-03-31.basil), expanded objects and plain ids alike. Ids of objects are scoped by
// `account`; the event's own is not: the journal has one row an event id.
[[nodiscard]] result<event, parse_error> parse_event(std::string_view body);

}  // namespace billhook::stripe
