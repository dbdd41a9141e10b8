#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace billhook {

// All that a projection holds of one object.
template <class Fact>
struct held {
    std::vector<Fact> facts;
    bool mapped = true;  // it belongs to an organization; of a customer: or its subscriptions tell
    std::optional<instant> owes_since{};  // of a subscription: the anchor of its open case
};

struct object_ids {
    std::vector<customer_id> customers;
    std::vector<subscription_id> subscriptions;
    std::vector<invoice_id> invoices;
    std::vector<schedule_id> schedules;
};

// Port: what a projection holds, as reconcile asks for it. Objects of connected accounts are left
// out. One thread; infrastructure failures throw.
struct holdings {
    virtual ~holdings() = default;
    // Those of the ids that any fact is held of.
    [[nodiscard]] virtual std::map<customer_id, held<stripe::customer_fact>> customers(
        std::span<const customer_id> ids
    ) = 0;
    [[nodiscard]] virtual std::map<subscription_id, held<stripe::subscription_fact>> subscriptions(
        std::span<const subscription_id> ids
    ) = 0;
    [[nodiscard]] virtual std::map<invoice_id, held<stripe::invoice_fact>> invoices(
        std::span<const invoice_id> ids
    ) = 0;
    // Of a schedule one fact is held.
    [[nodiscard]] virtual std::map<schedule_id, stripe::schedule_fact> schedules(
        std::span<const schedule_id> ids
    ) = 0;
    [[nodiscard]] virtual std::set<checkout_session_id> sessions_of(const subscription_id& id) = 0;

    // Customers that are not deleted, subscriptions that have not ended and the schedules of those,
    // invoices that are drafts or open: what Stripe must still show.
    [[nodiscard]] virtual object_ids unfinished() = 0;
    // Ambiguous objects, those of standings that are stale, and customers that a reading showed
    // deleted and that lost their organization by it.
    [[nodiscard]] virtual object_ids doubtful() = 0;
    // Objects that unresolved dead letters are about, by Stripe's id.
    [[nodiscard]] virtual std::set<std::string> dead_objects() = 0;
};

}  // namespace billhook
