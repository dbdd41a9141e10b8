#pragma once

#include "schemas/stripe/facts.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// Stripe's own object against what the fold made of its events, and the cause of a difference.
namespace billhook {

// Why Billhook's picture of an object is not Stripe's; stable words.
enum class divergence_cause : std::uint8_t {
    missed,       // no event that we hold says what Stripe shows: a webhook never came
    dead_letter,  // the same, and a dead letter lies there about this object
    stale,        // an event that we hold says it, but a later one was chosen: their order was told
                  // wrongly
    untold,       // its events came, in a version of the API that does not say it: why it is paused
    ambiguous,    // the events of one second could not be put in order
    unmapped,     // the object agrees, but belongs to no organization
    gone,         // Stripe does not have it any more, or this account never did
    misnamed,    // the same of a customer that only a row of the application or a link names: wrong
                 // there, and right here as soon as it is corrected there
    assumed,     // whether it was active between a write-off and the next failure, Stripe's objects
                 // do not tell: taken as active
    unreadable,  // what Stripe shows cannot be an object of that kind
};
[[nodiscard]] std::string_view to_word(divergence_cause why);

// Do two states say the same? Periods are compared wherever a version of the API keeps them,
// product and lookup key of a price not at all (they follow from it); of two that are terminal only
// how they ended, of a schedule's phases the next. `deleted` of a customer is the caller's.
[[nodiscard]] bool agree(const stripe::subscription_fact& a, const stripe::subscription_fact& b);
[[nodiscard]] bool agree(const stripe::invoice_fact& a, const stripe::invoice_fact& b);
[[nodiscard]] bool agree(const stripe::customer_fact& a, const stripe::customer_fact& b);
[[nodiscard]] bool agree(const stripe::schedule_fact& a, const stripe::schedule_fact& b);

// What is known around an object.
struct object_context {
    bool dead_letter = false;  // an unresolved one is about it
    bool mapped = true;        // it belongs to an organization (an invoice: always)
};

// The cause, or nothing if there is no difference. `ours`: the object's whole set of facts, perhaps
// none; `theirs`: what Stripe shows, as a fact of the second in which it was read at the earliest.
// What we hold of a later second is news that Stripe's reply did not know: no difference.
[[nodiscard]] std::optional<divergence_cause> divergence_of(
    std::span<const stripe::subscription_fact> ours,
    const stripe::subscription_fact& theirs,
    const object_context& around
);
[[nodiscard]] std::optional<divergence_cause> divergence_of(
    std::span<const stripe::invoice_fact> ours,
    const stripe::invoice_fact& theirs,
    const object_context& around
);
[[nodiscard]] std::optional<divergence_cause> divergence_of(
    std::span<const stripe::customer_fact> ours,
    const stripe::customer_fact& theirs,
    const object_context& around
);
// Of a schedule one fact is held (null: none). Of one that is over and was never heard of nothing
// is missed: it changes nothing any more.
[[nodiscard]] std::optional<divergence_cause> divergence_of(
    const stripe::schedule_fact* ours,
    const stripe::schedule_fact& theirs,
    const object_context& around
);

}  // namespace billhook
