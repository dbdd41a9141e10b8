#pragma once

#include "schemas/messages/mapping.hpp"
#include "schemas/messages/notice.hpp"
#include "schemas/plans/access_level.hpp"
#include "schemas/plans/policy.hpp"
#include "worker/domain/objects.hpp"
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
    fallback
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

// How a step of a case was recorded for one of its members: it was the one that was sent, it was
// passed over (a later step was due as well), or another member had it before.
enum class notice_state : std::uint8_t { sent, skipped, covered };
[[nodiscard]] std::string_view to_word(notice_state what);

// A row of billhook.notices; (subscription, member, step) is the key, so that no member of a case
// gets a step twice (tests/README.md, "I6"). `member` is one of a case's; of `canceled` and
// `trial_ending` it is the subscription.
struct recorded_notice {
    subscription_id subscription;
    std::string member;
    std::string step;
    notice_state state = notice_state::sent;
    friend auto operator<=>(const recorded_notice&, const recorded_notice&) = default;
};
void columns(row_of<recorded_notice> auto& row, const auto& column) {
    column("subscription", row.subscription);
    column("member", row.member);
    column("step", row.step);
    column("state", row.state);
}

// What falls due at once for one step: the rows to record, and the notice to send if none of the
// members had the step before.
struct due_notice {
    std::string id;  // of the notice; also that of rows that are recorded without sending
    notice_kind kind = notice_kind::payment_failed;
    std::optional<notice> sent;
    std::vector<recorded_notice> rows;
    friend bool operator==(const due_notice&, const due_notice&) = default;
};

// Everything `assess` needs of one organization.
struct organization_facts {
    organization_id organization;
    std::optional<standing> stored;
    std::vector<subscription_row> subscriptions;  // mapped to it, by id
    std::vector<dunning_case> cases;              // of those, by (subscription, anchor)
    std::vector<customer_facts_of> customers;     // by id
    std::vector<mapping> mappings;                // that name it, by (customer, id)
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
