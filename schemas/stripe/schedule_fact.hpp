#pragma once

#include "schemas/stripe/subscription_fields.hpp"
#include "schemas/types/columns.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <compare>
#include <optional>
#include <string>
#include <vector>

namespace billhook::stripe {

// A subscription schedule has no chain, as a Checkout session has none: of several facts the
// greatest is current, one that says it is over (completed, canceled, released) before all others,
// then by (event created,
// `*.created` first, start of the phase, which only rises, event, api version, content).
struct schedule_fact {
    schedule_id id;
    event_id event;
    instant event_created{};
    std::string api_version;
    std::optional<customer_id> customer;
    std::optional<subscription_id> subscription;  // empty until it has started
    std::string status;  // not_started, active, completed, canceled, released
    bool over = false;
    bool first = false;                           // told by *.created
    std::optional<instant> phase_start{};         // of the current phase
    std::optional<instant> next_at{};             // when the next begins; empty: there is none
    std::vector<subscription_item> next_items{};  // what the subscription has then
    std::optional<instant> ends_at{};  // when it cancels the subscription; empty: it does not

    friend auto operator<=>(const schedule_fact&, const schedule_fact&) = default;
};
// S.schedules.
void columns(row_of<schedule_fact> auto& row, const auto& column) {
    column("id", row.id);
    column("event", row.event);
    column("event_created", row.event_created);
    column("api_version", row.api_version);
    column("customer", row.customer);
    column("subscription", row.subscription);
    column("status", row.status);
    column("over", row.over);
    column("first", row.first);
    column("phase_start", row.phase_start);
    column("next_at", row.next_at);
    column("next_items", row.next_items);
    column("ends_at", row.ends_at);
}

}  // namespace billhook::stripe
