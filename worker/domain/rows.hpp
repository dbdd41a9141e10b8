#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "worker/domain/dunning_case.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What the tables of a projection's first half hold: a struct a row.
namespace billhook {

// The journal's one word for an event; the first that fits, in this order.
enum class outcome : std::uint8_t { mode_mismatch, other_mode, ignored, applied, stale };
[[nodiscard]] std::string_view to_word(outcome what);
[[nodiscard]] std::optional<outcome> outcome_from(std::string_view word);

struct record_position {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;

    friend auto operator<=>(const record_position&, const record_position&) = default;
};

// S.events, one row an event id. The columns up to `api_version` come from the greatest body by
// (api version, created, type, object, customer).
struct journal_row {
    event_id id;
    std::string type;
    std::string object;
    std::optional<customer_id> customer;
    std::optional<instant> created;
    std::string api_version;
    record_position at;  // of the first arrival
    instant received_at{};
    outcome became = outcome::ignored;
    std::int64_t deliveries = 0;

    friend bool operator==(const journal_row&, const journal_row&) = default;
};

// S.subscription_facts. `last_of_second` marks the fact that holds its second's last state.
struct subscription_fact_row {
    stripe::subscription_fact fact;
    bool last_of_second = false;

    friend bool operator==(const subscription_fact_row&, const subscription_fact_row&) = default;
};

// S.subscriptions: the current fact, and whose it is.
struct subscription_row {
    subscription_id id;
    event_id event;  // of the current fact
    instant event_created{};
    bool ambiguous = false;
    bool deleted = false;  // by a *.deleted event: `canceled`, whatever its status says
    bool begun = false;    // it was more than incomplete once, as far as its facts tell
    stripe::subscription_state state;
    std::optional<organization_id> organization;  // derived; empty while unmapped

    friend bool operator==(const subscription_row&, const subscription_row&) = default;
};

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

// S.customers. A row with `known` false only exists to be locked.
struct customer_row {
    std::string key;                // a customer id, or another lock key
    bool known = false;             // some fact of Stripe's named this customer
    std::optional<event_id> event;  // of the current customer fact, if there is one
    std::optional<instant> event_created;
    bool ambiguous = false;
    bool deleted = false;
    stripe::customer_state state;
    std::optional<organization_id> organization;  // derived; empty while unmapped

    friend bool operator==(const customer_row&, const customer_row&) = default;
};

}  // namespace billhook
