#pragma once

#include "schemas/messages/grant.hpp"
#include "schemas/messages/mapping.hpp"
#include "schemas/plans/access_level.hpp"
#include "schemas/plans/policy.hpp"
#include "worker/domain/objects.hpp"
#include "worker/domain/pending_change.hpp"
#include "worker/domain/recorded_notice.hpp"
#include "worker/domain/renewal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the second half of a batch reads and writes.
namespace billhook {

// The rule of worker/README.md, "The policy", that decided.
enum class reason : std::uint8_t {
    trial,
    trial_over,
    incomplete,
    trialing,
    paid,
    settled,
    grace,
    restricted,
    unpaid,
    paused,
    canceled,
    unknown_status,
    unknown,
    ended,
    exempt,
    fallback,
    granted
};
[[nodiscard]] std::string_view to_word(reason what);

// S.standings, one row an organization. `as_of` is the horizon at which it was assessed; all else
// is a function of facts, plans and `as_of`.
struct standing {
    organization_id organization;
    std::optional<std::string> plan;  // key in plans.toml; empty: no plan matches
    std::string subscription_status;
    access_level access = access_level::full;
    reason why = reason::unknown;
    bool in_dunning = false;
    std::optional<instant> grace_until;
    std::optional<instant> restricted_until;
    std::optional<instant> next_change_at;
    bool stale = false;
    feature_map features;                 // as granted now; -1: unlimited
    std::optional<customer_id> customer;  // scoped
    std::optional<subscription_id> subscription;
    // Prices of living subscriptions that match no plan, of those listed nowhere: sorted, unique;
    // "" where Stripe told no price.
    std::vector<std::string> unlisted_prices;
    instant as_of{};
    std::optional<std::int64_t> quantity;  // seats of the counting subscription
    renewal_terms renewal;                 // of the counting subscription, or the local trial's end
    std::optional<pending_change> pending;  // of the counting subscription

    friend bool operator==(const standing&, const standing&) = default;
};
void columns(row_of<standing> auto& row, const auto& column) {
    column("organization", row.organization);
    column("plan", row.plan);
    column("subscription_status", row.subscription_status);
    column("access", row.access);
    column("reason", row.why);
    column("in_dunning", row.in_dunning);
    column("grace_until", row.grace_until);
    column("restricted_until", row.restricted_until);
    column("next_change_at", row.next_change_at);
    column("stale", row.stale);
    column("features", row.features);
    column("customer", row.customer);
    column("subscription", row.subscription);
    column("as_of", row.as_of);
    column("quantity", row.quantity);
    column("unlisted_prices", row.unlisted_prices);
    column("billing_interval", row.renewal.interval);
    column("billing_interval_count", row.renewal.interval_count);
    column("currency", row.renewal.currency);
    column("amount", row.renewal.amount);
    column("renews_at", row.renewal.renews_at);
    column("cancels_at", row.renewal.cancels_at);
    column("trial_ends_at", row.renewal.trial_ends_at);
    column("pending_change", row.pending);
}

// A customer that is mapped to the organization, or owns one of its subscriptions.
struct customer_facts_of {
    customer_id id;
    bool seen = false;               // its beginning or its present was seen
    bool mapped = false;             // it is mapped to this organization
    std::optional<instant> created;  // its own fact's `created`
    bool deleted = false;
    friend bool operator==(const customer_facts_of&, const customer_facts_of&) = default;
};

// Everything `assess` needs of one organization.
struct organization_facts {
    organization_id organization;
    std::optional<standing> stored;
    std::vector<subscription_row> subscriptions;     // mapped to it, by id
    std::vector<dunning_case> cases;                 // of those, by (subscription, anchor)
    std::vector<customer_facts_of> customers;        // by id
    std::vector<mapping> mappings;                   // that name it, by (customer, id)
    std::vector<stripe::schedule_fact> schedules{};  // of its subscriptions, by (subscription, id)
    std::vector<grant> grants{};                     // its own, and their revokes, by id
    // For notices alone; no standing depends on them.
    std::vector<invoice_row> invoices;      // the members of its open cases, by id
    std::vector<recorded_notice> recorded;  // of its subscriptions, by key
    std::optional<instant> notices_since;   // nothing that fell due before is sent; empty: no bound
};

// What differs from what is stored.
struct restated {
    std::vector<standing> standings;
    // Those of them whose answer changed, for consumers to be told; the others only got a new
    // as_of.
    std::vector<organization_id> changed;
    // Those of which a living subscription is now at prices of no list, and was not before.
    std::vector<organization_id> became_unlisted{};
    std::vector<due_notice> notices;  // per organization in the order in which they fell due
};

}  // namespace billhook
