#include "worker/domain/assess.hpp"

#include "worker/domain/features.hpp"
#include "worker/domain/notices.hpp"
#include "worker/domain/subscription_standing.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace billhook {

namespace {

// Which subscription speaks for the organization: the greatest by design 3.
const subscription_standing* counting(
    std::span<const subscription_standing> all,
    bool with_incomplete
) {
    const auto rank = [](const subscription_standing& one) {
        return std::tuple{
            one.plan.has_value(),
            -static_cast<int>(one.access),  // full is the least of its enum
            !one.terminal,
            one.plan,
            one.row->state.created,
            one.row->id};
    };
    const subscription_standing* best = nullptr;
    for (const auto& one : all) {
        if ((with_incomplete || !one.incomplete) && (best == nullptr || rank(*best) < rank(one))) {
            best = &one;
        }
    }
    return best;
}

// A customer's own `created`, else the earliest of its subscriptions here.
std::optional<instant> created_of(
    const customer_facts_of& customer,
    const organization_facts& facts
) {
    if (customer.created) {
        return customer.created;
    }
    std::optional<instant> earliest;
    for (const auto& row : facts.subscriptions) {
        if (row.state.customer == customer.id && row.state.created &&
            (!earliest || *row.state.created < *earliest)) {
            earliest = row.state.created;
        }
    }
    return earliest;
}

// From when the organization's own trial counts; empty if nothing tells.
std::optional<instant> trial_start(const organization_facts& facts) {
    std::optional<instant> start;
    const auto take = [&](std::optional<instant> at) {
        if (at && (!start || *at < *start)) {
            start = at;
        }
    };
    for (const auto& one : facts.mappings) {
        take(one.organization_created ? one.organization_created : one.created);
    }
    for (const auto& customer : facts.customers) {
        take(created_of(customer, facts));
    }
    return start;
}

std::optional<customer_id> newest_customer(const organization_facts& facts) {
    const customer_facts_of* newest = nullptr;
    for (const auto& customer : facts.customers) {
        if (newest == nullptr ||
            std::tie(newest->created, newest->id) < std::tie(customer.created, customer.id)) {
            newest = &customer;
        }
    }
    return newest == nullptr ? std::nullopt : std::optional{newest->id};
}

// No subscription counts: the organization's own trial, or what a payer from before Billhook gets
// until somebody has looked at Stripe.
void state_trial(
    standing& one,
    const organization_facts& facts,
    const catalogue& plans,
    const std::optional<instant>& trial_end
) {
    const bool unheard = std::any_of(
        facts.customers.begin(),
        facts.customers.end(),
        [&](const customer_facts_of& c) { return c.mapped && (!c.known || !trial_end); }
    );
    one.plan = plans.trial_plan;
    one.subscription_status = "trial";
    if (unheard) {
        one.why = reason::unknown;
        one.stale = true;
    } else if (trial_end && one.as_of < *trial_end) {
        one.why = reason::trial;
    } else {
        one.why = reason::trial_over;
        one.subscription_status = "none";
        one.access = access_level::none;
    }
}

void state_subscription(
    standing& one,
    const subscription_standing& counts,
    const catalogue& plans
) {
    if (counts.plan) {
        one.plan = plans.plans[*counts.plan].key;
    }
    one.quantity = counts.quantity;
    one.subscription_status = counts.status;
    one.access = counts.access;
    one.why = counts.why;
    one.stale = counts.stale;
    one.in_dunning = counts.in_dunning;
    one.grace_until = counts.grace_until;
    one.restricted_until = counts.restricted_until;
    one.subscription = counts.row->id;
    if (counts.row->state.customer) {
        one.customer = counts.row->state.customer;
    }
}

void take_next(std::optional<instant>& next, instant candidate, instant now) {
    if (candidate > now && (!next || candidate < *next)) {
        next = candidate;
    }
}

}  // namespace

standing assess(const organization_facts& facts, const catalogue& plans, instant now) {
    standing one;
    one.organization = facts.organization;
    one.as_of = now;
    one.customer = newest_customer(facts);
    auto trial_end = trial_start(facts);
    if (trial_end) {
        *trial_end += plans.trial;
    }
    const bool in_trial = trial_end && now < *trial_end;
    const auto all = standings_of_each(facts, plans, now);
    const auto* counts = counting(all, !in_trial);
    if (counts != nullptr) {
        state_subscription(one, *counts, plans);
    } else {
        state_trial(one, facts, plans, trial_end);
    }
    for (const auto& subscription : all) {
        if (!subscription.terminal && !subscription.incomplete) {
            for (const auto at : subscription.instants) {
                take_next(one.next_change_at, at, now);
            }
        }
    }
    const bool trial_decides =
        (counts == nullptr && one.why != reason::unknown) ||
        std::any_of(all.begin(), all.end(), [](const auto& s) { return s.incomplete; });
    if (in_trial && trial_decides) {
        take_next(one.next_change_at, *trial_end, now);
    }
    if (const auto* plan = one.plan ? plans.find(*one.plan) : nullptr; plan != nullptr) {
        const auto policy = plans.policy_for(facts.organization, plan);
        one.features = granted(plan->features, policy.restricted_features, one.access);
    }
    return one;
}

restated assess_each(std::span<const organization_facts> all, const catalogue& plans, instant now) {
    restated differing;
    for (const auto& facts : all) {
        const auto& stored = facts.stored;
        const auto at = stored ? std::max(now, stored->as_of) : now;
        std::ranges::move(due_notices(facts, plans, at), std::back_inserter(differing.notices));
        auto fresh = assess(facts, plans, at);
        if (stored) {
            auto then = fresh;
            then.as_of = stored->as_of;
            const bool same = then == *stored;
            if (same && assess(facts, plans, stored->as_of) == *stored) {
                continue;
            }
            if (!same) {
                differing.changed.push_back(facts.organization);
            }
        } else {
            differing.changed.push_back(facts.organization);
        }
        differing.standings.push_back(std::move(fresh));
    }
    return differing;
}

}  // namespace billhook
