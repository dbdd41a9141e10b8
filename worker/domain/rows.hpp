#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/columns.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "worker/domain/dunning_case.hpp"
#include "worker/domain/fact_row.hpp"
#include "worker/domain/journal_row.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the tables of a projection's first half hold: a struct a row.
namespace billhook {

// What the current fact says, a column a field; its metadata's organization is not yet whose it is.
void state_columns(auto& state, const auto& column) {
    stripe::each_field(state, [&](std::string_view name, auto& member) {
        column(name == "organization" ? "metadata_organization" : name, member);
    });
}

// S.subscriptions: the current fact, and whose it is.
struct subscription_row {
    subscription_id id;
    event_id event;  // of the current fact
    instant event_created{};
    bool ambiguous = false;
    bool deleted = false;  // by a *.deleted event: `canceled`, whatever its status says
    bool begun = false;    // it was more than incomplete once, as far as its facts tell
    // Its first terminal second, of its own facts or by the deletion of its customer, which ends
    // all of the customer's subscriptions.
    std::optional<instant> ended_at;
    std::optional<pause_reason> pause;        // if that is Stripe's last word
    std::optional<instant> pause_settled_at;  // of a failed payment, if it was paid since
    std::vector<std::string> keys_seen;       // of its items' prices that carry none any more
    stripe::subscription_state state;
    std::optional<organization_id> organization;  // derived; empty while unmapped

    friend bool operator==(const subscription_row&, const subscription_row&) = default;
};
void columns(row_of<subscription_row> auto& row, const auto& column) {
    column("id", row.id);
    column("event", row.event);
    column("event_created", row.event_created);
    column("ambiguous", row.ambiguous);
    column("deleted", row.deleted);
    column("begun", row.begun);
    column("ended_at", row.ended_at);
    column("pause", row.pause);
    column("pause_settled_at", row.pause_settled_at);
    column("keys_seen", row.keys_seen);
    state_columns(row.state, column);
    column("organization", row.organization);
}

// S.invoices.
struct invoice_row {
    invoice_id id;
    event_id event;
    instant event_created{};
    bool ambiguous = false;
    stripe::invoice_state state;
    invoice_registers registers;

    friend bool operator==(const invoice_row&, const invoice_row&) = default;
};
void columns(row_of<invoice_row> auto& row, const auto& column) {
    column("id", row.id);
    column("event", row.event);
    column("event_created", row.event_created);
    column("ambiguous", row.ambiguous);
    state_columns(row.state, column);
    column("first_failure", row.registers.first_failure);
    column("last_failure", row.registers.last_failure);
    column("last_action_required", row.registers.last_action_required);
    column("first_seen_paid", row.registers.paid_at);
    column("first_seen_forgiven", row.registers.forgiven_at);
    column("first_seen", row.registers.first_seen);
}

// S.customers. A row with `known` false only exists to be locked.
struct customer_row {
    std::string key;     // a customer id, or another lock key
    bool known = false;  // some fact of Stripe's named this customer
    // Its beginning or its present was seen: a subscription of it, its customer.created or
    // customer.deleted, or a reading of it. Else what it pays for may lie before the log.
    bool seen = false;
    std::optional<event_id> event;  // of the current customer fact, if there is one
    std::optional<instant> event_created;
    bool ambiguous = false;
    bool deleted = false;
    std::optional<instant> deleted_at;  // the first second of a customer.deleted
    stripe::customer_state state;
    std::optional<organization_id> organization;  // derived; empty while unmapped

    friend bool operator==(const customer_row&, const customer_row&) = default;
};
void columns(row_of<customer_row> auto& row, const auto& column) {
    column("id", row.key);
    column("known", row.known);
    column("seen", row.seen);
    column("event", row.event);
    column("event_created", row.event_created);
    column("ambiguous", row.ambiguous);
    column("deleted", row.deleted);
    column("deleted_at", row.deleted_at);
    state_columns(row.state, column);
    column("organization", row.organization);
}

}  // namespace billhook
