#pragma once

#include "schemas/types/instant.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Stripe's objects as the simulated Stripe keeps them, without any API version: `render` gives them
// the shape of one. All values; all times are whole seconds.
namespace billhook::simulator {

using metadata = std::map<std::string, std::string>;

struct price {
    std::string id;
    std::string product;
    std::string lookup_key;  // empty: none
    std::string name;
    std::int64_t amount_minor = 0;
    std::optional<std::size_t> plan;  // index in the catalogue; empty: sold beside the plans

    friend bool operator==(const price&, const price&) = default;
};

struct customer {
    std::string id;
    instant created{};
    std::string name;
    std::string payment_method;  // empty: none
    bool delinquent = false;
    bool deleted = false;
    simulator::metadata metadata;
};

struct subscription_item {
    std::string id;
    simulator::price price;
    std::int64_t quantity = 1;
};

struct subscription {
    std::string id;
    std::string customer;
    std::string status;
    instant created{};
    instant anchor{};  // periods are counted from here
    instant period_start{};
    instant period_end{};
    std::vector<subscription_item> items;
    std::optional<instant> trial_start;
    std::optional<instant> trial_end;
    std::string missing_payment_method = "create_invoice";
    std::optional<instant> cancel_at;
    bool cancel_at_period_end = false;
    std::optional<instant> canceled_at;
    std::optional<instant> ended_at;
    std::string cancellation_reason;  // empty: none
    std::string latest_invoice;
    std::string pause_collection;  // behaviour; empty: collection goes on
    bool flexible = false;         // billing mode
    simulator::metadata metadata;
};

struct invoice {
    std::string id;
    std::string number;  // from finalization on
    std::string customer;
    std::string subscription;
    simulator::metadata subscription_metadata;
    simulator::price price;
    std::string status = "draft";
    std::string billing_reason;
    instant created{};
    instant period_start{};
    instant period_end{};
    std::int64_t amount_due = 0;
    std::int64_t amount_paid = 0;
    std::int64_t attempt_count = 0;
    bool attempted = false;
    bool auto_advance = true;
    std::optional<instant> next_payment_attempt;
    std::optional<instant> finalized_at;
    std::optional<instant> paid_at;
    std::optional<instant> voided_at;
    std::optional<instant> marked_uncollectible_at;
    std::string payment_intent;
};

struct checkout_session {
    std::string id;
    std::string customer;
    std::string subscription;
    std::string invoice;
    std::string client_reference;  // empty: none
    std::string payment_status = "paid";
    instant created{};
    simulator::metadata metadata;
};

// What else Stripe tells of: charges, payment intents and the like, of which only the outline
// matters.
struct side_object {
    std::string id;
    std::string object;  // "charge", "payment_intent", …
    std::string customer;
    std::string invoice;
    std::string status;
    std::int64_t amount_minor = 0;
    instant created{};
};

}  // namespace billhook::simulator
