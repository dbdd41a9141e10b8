#pragma once

#include "schemas/stripe/fields.hpp"
#include "schemas/stripe/schedule_fact.hpp"
#include "schemas/types/columns.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What one event says about one object, in the fields that Billhook reads ("typed content").
namespace billhook::stripe {

// Where an event stands among those of its own second: `*.created`, all others, `*.deleted`.
enum class place : std::uint8_t { first, middle, last };
[[nodiscard]] std::string_view to_word(place what);

// What the event says beyond the object's state: its type does (stripe.event_type), or a reading
// that it is `assumed` (messages/reading.hpp), which only one of a subscription can be.
enum class evidence : std::uint8_t {
    none,
    payment_failed,
    payment_action_required,
    overdue,
    assumed
};
[[nodiscard]] std::string_view to_word(evidence what);

// What event `event` says of the object `id`. `replaced` holds the values that the event replaced;
// a reference expanded to a hash without id counts as not replaced; a legacy `plan` or `quantity`
// becomes `items` when there is a single item, else nothing.
template <class Id, class State, class Replaced>
struct fact {
    Id id;
    event_id event;
    instant created{};        // the event's second
    std::string api_version;  // empty if the body has none
    place within_second = place::middle;
    evidence says = evidence::none;
    State state;
    Replaced replaced;

    friend bool operator==(const fact&, const fact&) = default;
};

using subscription_fact = fact<subscription_id, subscription_state, subscription_replaced>;
using invoice_fact = fact<invoice_id, invoice_state, invoice_replaced>;
using customer_fact = fact<customer_id, customer_state, customer_replaced>;

// S.subscription_facts, S.invoice_facts, S.customer_facts.
void columns(row_of<subscription_fact, invoice_fact, customer_fact> auto& row, const auto& column) {
    column("object", row.id);
    column("created", row.created);
    column("event", row.event);
    column("api_version", row.api_version);
    column("place", row.within_second);
    column("evidence", row.says);
    column("content", row.state);
    column("replaced", row.replaced);
}

// Checkout sessions have no chain: of several facts the greatest by (completed, event created,
// event, api version, content) is current.
struct checkout_fact {
    checkout_session_id id;
    event_id event;
    instant event_created{};
    std::string api_version;
    std::string mode;  // "subscription", "payment", "setup"
    std::optional<customer_id> customer;
    std::optional<subscription_id> subscription;
    std::optional<organization_id> client_reference;  // client_reference_id
    std::optional<organization_id> organization;      // metadata.organization_id
    instant created{};                                // the session's own, else the event's
    // The customer agreed: an event that only follows completion, or a reading with
    // status=complete. The status of an event's body is not asked: old versions have none.
    bool completed = false;

    friend auto operator<=>(const checkout_fact&, const checkout_fact&) = default;
};
// S.checkout_sessions.
void columns(row_of<checkout_fact> auto& row, const auto& column) {
    column("id", row.id);
    column("event", row.event);
    column("event_created", row.event_created);
    column("api_version", row.api_version);
    column("mode", row.mode);
    column("customer", row.customer);
    column("subscription", row.subscription);
    column("client_reference", row.client_reference);
    column("organization", row.organization);
    column("created", row.created);
    column("completed", row.completed);
}

// A refused attempt to take money: charge.failed, payment_intent.payment_failed. The invoice's own
// events carry no code since 2025-03-31.basil, these no invoice. Without a customer it tells
// nothing of any subscription, and is ignored.
struct decline_fact {
    customer_id customer;  // scoped
    event_id event;
    instant created{};  // the event's second
    std::string api_version;
    std::optional<invoice_id> invoice;  // before basil
    std::string code;  // the most telling word of the refusal; empty if the body has none

    friend auto operator<=>(const decline_fact&, const decline_fact&) = default;
};
// S.declines.
void columns(row_of<decline_fact> auto& row, const auto& column) {
    column("customer", row.customer);
    column("event", row.event);
    column("created", row.created);
    column("api_version", row.api_version);
    column("invoice", row.invoice);
    column("code", row.code);
}

// Stripe plans retries after such a refusal but carries none out until there is another payment
// method (https://docs.stripe.com/billing/revenue-recovery/smart-retries).
[[nodiscard]] bool is_hard(const decline_fact& fact);

}  // namespace billhook::stripe
