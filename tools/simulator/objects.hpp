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
    std::string currency = "usd";
    int months = 1;        // of a period
    bool metered = false;  // billed by use: its items have no quantity
    bool addon = false;    // one of the catalogue's add-ons
    bool active = true;
    simulator::metadata metadata{};

    friend bool operator==(const price&, const price&) = default;
};

struct customer {
    std::string id;
    instant created{};
    std::string name;
    std::string currency = "usd";
    std::string payment_method;  // empty: none
    bool delinquent = false;
    bool deleted = false;
    simulator::metadata metadata;
};

struct subscription_item {
    std::string id;
    simulator::price price;
    std::int64_t quantity = 1;
    // Of an item that is billed in a cycle of its own; empty: in the subscription's.
    std::optional<instant> period_start{};
    std::optional<instant> period_end{};
};

// A change that waits for its payment.
struct pending_change {
    simulator::price price;
    instant expires_at{};
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
    std::string pause_reason;      // type of status_details.paused; empty: not paused
    std::optional<instant> paused_at;
    std::optional<pending_change> pending;
    std::string schedule;      // that moves it; empty: none
    bool flexible = false;     // billing mode
    bool free_coupon = false;  // 100 % off
    simulator::metadata metadata;
};

struct invoice {
    std::string id;
    std::string number;  // from finalization on
    std::string customer;
    std::string subscription;       // in its own field; empty: none
    std::string line_subscription;  // what its line names; empty: none
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
    bool moves_status = true;  // its payment decides the subscription's status
    bool for_pending = false;  // what a pending change waits for
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
    std::string status = "complete";
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
    std::string currency;
    instant created{};
};

}  // namespace billhook::simulator
