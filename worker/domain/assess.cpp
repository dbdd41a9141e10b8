#include "worker/domain/assess.hpp"

#include "worker/domain/counting.hpp"
#include "worker/domain/features.hpp"
#include "worker/domain/grants.hpp"
#include "worker/domain/notices.hpp"
#include "worker/domain/subscription_standing.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace billhook {

namespace {

// The newest that is not deleted, else the newest.
std::optional<customer_id> newest_customer(const organization_facts& facts) {
    const auto rank = [](const customer_facts_of& customer) {
        return std::tuple{!customer.deleted, customer.created, customer.id};
    };
    const auto newest = std::ranges::max_element(facts.customers, {}, rank);
    return newest == facts.customers.end() ? std::nullopt : std::optional{newest->id};
}

// Of a customer of its the beginning was not seen: it may pay since before the log.
bool may_predate_the_log(const organization_facts& facts, const std::optional<instant>& trial_end) {
    return std::ranges::any_of(facts.customers, [&](const customer_facts_of& each) {
        return each.mapped && (!each.seen || !trial_end);
    });
}

// No subscription counts: the organization's own trial, or what a payer from before Billhook gets
// until somebody has looked at Stripe.
void state_trial(
    standing& one,
    const organization_facts& facts,
    const catalogue& plans,
    const std::optional<instant>& trial_end
) {
    one.plan = plans.trial_plan;
    one.subscription_status = "trial";
    if (may_predate_the_log(facts, trial_end)) {
        one.why = reason::unknown;
        one.stale = true;
    } else if (trial_end && one.as_of < *trial_end) {
        one.why = reason::trial;
        one.renewal.trial_ends_at = trial_end;
    } else {
        one.why = reason::trial_over;
        one.subscription_status = "none";
        one.access = access_level::none;
    }
}

void state_subscription(
    standing& one,
    const subscription_standing& counts,
    const organization_facts& facts,
    const catalogue& plans
) {
    if (counts.plan) {
        one.plan = plans.plans[*counts.plan].key;
    }
    one.quantity = counts.quantity;
    one.renewal = counts.renewal;
    if (!counts.terminal) {
        const auto by_subscription = [](const auto& schedule) { return schedule.subscription; };
        const auto own = std::ranges::equal_range(
            facts.schedules, std::optional(counts.row->id), {}, by_subscription
        );
        one.pending = pending_change_of(
            counts.row->state, counts.row->keys_seen, {own.begin(), own.end()}, plans
        );
    }
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

// Nobody is left with less than who never paid. Seats are the subscription's, which gives nothing.
void fall_back(standing& one, const catalogue& plans) {
    if (one.access == access_level::none && plans.fallback_plan) {
        one.plan = plans.fallback_plan;
        one.quantity.reset();
        one.access = access_level::full;
        one.why = reason::fallback;
    }
}

// Full access on at least the plan that an operator gave, whatever else was decided.
void state_grants(standing& one, const given& grants, const catalogue& plans) {
    if (!grants.full_access) {
        return;
    }
    const auto own = one.plan ? plans.index_of(*one.plan) : std::nullopt;
    const bool raised = own < grants.plan;  // nothing is below everything
    if (raised) {
        one.plan = plans.plans[*grants.plan].key;
    }
    if (raised || one.access != access_level::full || one.why == reason::grace) {
        one.why = reason::granted;
    }
    one.access = access_level::full;
}

// The plan's features, and those of the add-ons of every subscription that gives access.
feature_map with_addons(
    feature_map features,
    std::span<const subscription_standing> all,
    const catalogue& plans
) {
    for (const auto& subscription : all) {
        if (subscription.access == access_level::none) {
            continue;
        }
        for (const auto& [at, quantity] : subscription.items.addons) {
            add_features(features, plans.addons[at].features, quantity);
        }
    }
    return features;
}

// Sorted, unique: what a payer pays that plans.toml does not know.
std::vector<std::string> unlisted_prices(std::span<const subscription_standing> all) {
    std::set<std::string> prices;
    for (const auto& subscription : all) {
        if (subscription.unlisted) {
            const auto& own = subscription.items.unlisted;
            prices.insert(own.begin(), own.end());
        }
    }
    return {prices.begin(), prices.end()};
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
    const auto trial_end = trial_end_of(facts, plans);
    const bool in_trial = trial_end && now < *trial_end;
    const auto all = standings_of_each(facts, plans, now);
    const auto* counts = counting(all, in_trial);
    if (counts != nullptr) {
        state_subscription(one, *counts, facts, plans);
    } else {
        state_trial(one, facts, plans, trial_end);
    }
    const auto grants = given_by(facts.grants, plans, now);
    const bool is_unknown = one.why == reason::unknown;
    state_grants(one, grants, plans);
    fall_back(one, plans);
    for (const auto at : grants.ends) {
        take_next(one.next_change_at, at, now);
        if (plans.grant_notice) {
            take_next(one.next_change_at, at - *plans.grant_notice, now);
        }
    }
    for (const auto& subscription : all) {
        for (const auto at : subscription.instants) {
            take_next(one.next_change_at, at, now);
        }
    }
    const bool trial_decides =
        (counts == nullptr && !is_unknown) || std::ranges::any_of(all, [](const auto& s) {
            return waits_for_trial(s) && !s.items.only_addons();
        });
    if (in_trial && trial_decides) {
        take_next(one.next_change_at, *trial_end, now);
    }
    const auto* plan = one.plan ? plans.find(*one.plan) : nullptr;
    const auto policy = plans.policy_for(facts.organization, plan);
    auto features =
        with_addons(plan != nullptr ? plan->features_for(one.quantity) : feature_map{}, all, plans);
    raise_features(features, grants.features);
    one.features = granted(features, policy.restricted_features, one.access);
    one.unlisted_prices = unlisted_prices(all);
    return one;
}

restated assess_each(std::span<const organization_facts> all, const catalogue& plans, instant now) {
    restated differing;
    for (const auto& facts : all) {
        const auto& stored = facts.stored;
        const auto at = stored ? std::max(now, stored->as_of) : now;
        std::ranges::move(due_notices(facts, plans, at), std::back_inserter(differing.notices));
        auto fresh = assess(facts, plans, at);
        if (!fresh.unlisted_prices.empty() && (!stored || stored->unlisted_prices.empty())) {
            differing.became_unlisted.push_back(facts.organization);
        }
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
