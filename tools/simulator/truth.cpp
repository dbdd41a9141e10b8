#include "tools/simulator/truth.hpp"

#include "schemas/types/assert.hpp"
#include "tools/simulator/truth_debt.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace billhook::simulator {

namespace {

constexpr std::chrono::hours patience{72};  // for an event that must come

// Of the items that match a plan and are not 0 in number; of all that match one, if all are 0.
std::optional<std::size_t> plan_of(const subscription& what) {
    std::optional<std::size_t> highest;
    std::optional<std::size_t> highest_of_none;
    for (const auto& item : what.items) {
        auto& found = item.price.metered || item.quantity != 0 ? highest : highest_of_none;
        if (item.price.plan) {
            found = std::max(found, item.price.plan);
        }
    }
    return highest ? highest : highest_of_none;
}

// How many of the plan are subscribed to.
std::optional<std::int64_t> quantity_of(const subscription& what, std::size_t plan) {
    std::optional<std::int64_t> sum;
    for (const auto& item : what.items) {
        if (item.price.plan == plan && !item.price.metered) {
            sum = sum.value_or(0) + item.quantity;
        }
    }
    return sum;
}

// The schedule that moves it, as far as was told.
const schedule* schedule_of(const subscription& what, const told_record& known) {
    const auto moves = [&](const auto& each) {
        return each.second.subscription == what.id && each.second.status == "active";
    };
    const auto found = std::ranges::find_if(known.schedules, moves);
    return found == known.schedules.end() ? nullptr : &found->second;
}

// What the next phase makes different. It names its price by the id alone, so whose it is must
// stand in the catalogue by that, or be known from the present item.
std::optional<waiting_change> scheduled_of(
    const subscription& what,
    const schedule* under,
    const catalogue& plans
) {
    if (under == nullptr || under->current + 1 == under->phases.size()) {
        return std::nullopt;
    }
    const auto& next = under->phases[under->current + 1];
    const auto& item = what.items.front();
    const bool stays = next.price.id == item.price.id;
    if (what.items.size() == 1 && stays && next.quantity == item.quantity) {
        return std::nullopt;
    }
    waiting_change waits{"", std::nullopt, next.start, std::nullopt};
    const bool named =
        next.price.plan && plans.plans[*next.price.plan].prices.contains(next.price.id);
    if (next.price.plan && (stays || named)) {
        waits.plan = plans.plans[*next.price.plan].key;
        waits.quantity = next.quantity;
    }
    return waits;
}

// The first item is to have another price.
std::optional<waiting_change> waiting_of(
    const subscription& what,
    const schedule* under,
    const catalogue& plans
) {
    if (!what.pending) {
        return scheduled_of(what, under, plans);
    }
    waiting_change waits{"", std::nullopt, std::nullopt, what.pending->expires_at};
    const auto& next = what.pending->price;
    if (next.plan) {
        waits.plan = plans.plans[*next.plan].key;
        if (!next.metered) {
            waits.quantity = what.items.front().quantity;
        }
    }
    return waits;
}

// The plan that a living subscription takes of whose prices none is listed.
std::optional<std::size_t> plan_of_unlisted(const catalogue& plans) {
    return plans.unlisted_plan ? plans.index_of(*plans.unlisted_plan) : std::nullopt;
}

bool is_of_addons(const subscription& what) {
    return std::ranges::all_of(what.items, [](const subscription_item& item) {
        return item.price.addon;
    });
}

// How one subscription is judged, with what decides between several.
struct judged {
    answer is;
    bool has_plan = false;
    int access = 0;  // 2 full, 1 restricted, 0 none
    bool alive = false;
    std::size_t plan = 0;
    instant created{};
    std::string id;
    bool begun = false;  // else nothing was ever paid: within the trial it is none
    bool unlisted = false;

    // To the organization's own trial.
    [[nodiscard]] bool gives_way() const { return !begun || (unlisted && !has_plan); }

    [[nodiscard]] auto rank() const {
        const bool any = access > 0;
        return std::tuple(any, has_plan, access, alive, plan, created, id);
    }
};

void decide(judged& on, int access, std::string reason) {
    static constexpr const char* words[] = {"none", "restricted", "full"};
    on.access = access;
    on.is.access = words[access];
    on.is.reason = std::move(reason);
}

bool has_ended_unsaid(const subscription& what, const schedule* under, instant at) {
    const auto scheduled = end_under(what, under);
    if (scheduled && *scheduled + patience <= at) {
        return true;
    }
    if (what.cancel_at && *what.cancel_at + patience <= at) {
        return true;
    }
    return what.status != "paused" && what.cancel_at_period_end && what.period_end + patience <= at;
}

void decide_by_age(judged& on, const patience_with& policy, std::chrono::microseconds age) {
    if (policy.exempt) {
        decide(on, 2, "exempt");
    } else if (age < policy.grace) {
        decide(on, 2, "grace");
    } else if (age < policy.grace + policy.restricted) {
        decide(on, 1, "restricted");
    } else {
        decide(on, 0, "unpaid");
    }
}

// A pause settles nothing: of what is owed and what the pause gives, the lesser.
void decide_paused(
    judged& on,
    const debt& owed,
    pause_cause cause,
    const patience_with& policy,
    instant at
) {
    const int given = cause == pause_cause::trial_over ? policy.paused_after_trial : policy.paused;
    const bool for_debt = cause == pause_cause::failed_payment;
    if (owed.since) {
        decide_by_age(on, policy, std::max(at - *owed.since, std::chrono::microseconds{0}));
        if (!for_debt && given < on.access) {
            decide(on, given, "paused");
        }
    } else if (for_debt && owed.settled_at && at < *owed.settled_at + patience) {
        decide(on, 2, "settled");
    } else {
        decide(on, given, "paused");
    }
}

void decide_alive(
    judged& on,
    const told_subscription& of,
    const told_record& known,
    const patience_with& policy,
    instant at
) {
    const auto& what = of.last;
    const auto owed = debt_of(of, known.invoices, at);
    if (has_ended_unsaid(what, schedule_of(what, known), at)) {
        decide(on, 0, "ended");
    } else if (what.status == "paused") {
        decide_paused(on, owed, cause_of_pause(of, known.invoices), policy, at);
    } else if (owed.since) {
        decide_by_age(on, policy, std::max(at - *owed.since, std::chrono::microseconds{0}));
    } else if (what.status == "past_due" || what.status == "unpaid") {
        decide(on, 2, "settled");
    } else {
        decide(on, 2, what.status == "trialing" ? "trialing" : "paid");
    }
}

judged judge(
    const told_subscription& of,
    const told_record& known,
    const organization_id& organization,
    const catalogue& plans,
    instant at
) {
    const auto& what = of.last;
    const auto owner = known.customers.find(what.customer);
    const bool gone = owner != known.customers.end() && owner->second.deleted;
    const bool expired = what.status == "incomplete_expired";
    const bool canceled = of.deleted || what.status == "canceled" || (gone && !expired);
    const bool begun = !expired && (canceled || what.status != "incomplete");
    auto index = plan_of(what);
    const bool unlisted = !index && begun && !canceled;
    judged on;
    if (index) {
        on.is.quantity = quantity_of(what, *index);
    }
    if (unlisted) {
        index = plan_of_unlisted(plans);
    }
    const plan* sold = index ? &plans.plans[*index] : nullptr;
    on.is.plan = sold == nullptr ? "" : sold->key;
    on.is.subscription_status = canceled ? "canceled" : what.status;
    on.has_plan = index.has_value();
    on.plan = index.value_or(0);
    on.alive = !canceled && !expired;
    on.created = what.created;
    on.id = what.id;
    on.begun = begun;
    on.unlisted = unlisted;
    if (!canceled && !expired) {
        const auto* const under = schedule_of(what, known);
        on.is.terms = terms_of(what, under);
        on.is.waits = waiting_of(what, under, plans);
    }
    if (canceled) {
        decide(on, 0, "canceled");
    } else if (!begun) {
        decide(on, 0, "incomplete");
    } else {
        decide_alive(on, of, known, rules_of(plans, organization, sold), at);
    }
    return on;
}

instant trial_start(const subject& of, const told_record& known) {
    instant start = of.row ? of.row->created_at : never;
    for (const auto& [id, who] : known.customers) {
        start = std::min(start, who.created);
    }
    for (const auto& [id, told] : known.subscriptions) {
        if (!known.customers.contains(told.last.customer)) {
            start = std::min(start, told.last.created);
        }
    }
    return start;
}

// Is a customer of the organization known of whose beginning nothing was heard?
bool is_from_before(const subject& of, const told_record& known) {
    const auto begun = [&](const std::string& customer) {
        const auto owns = [&](const auto& each) { return each.second.last.customer == customer; };
        return known.begun.contains(customer) || std::ranges::any_of(known.subscriptions, owns);
    };
    if (of.row && !of.row->stripe_customer.empty() && !begun(of.row->stripe_customer)) {
        return true;
    }
    return !std::ranges::all_of(known.customers, [&](const auto& each) {
        return begun(each.first);
    });
}

answer answer_from(
    const told_record& known,
    const subject& of,
    const catalogue& plans,
    instant at
) {
    const bool in_trial = at - plans.trial < trial_start(of, known);
    std::optional<judged> counting;
    bool unlisted = false;
    for (const auto& [id, told] : known.subscriptions) {
        if (is_of_addons(told.last)) {
            continue;
        }
        auto next = judge(told, known, of.organization, plans, at);
        unlisted = unlisted || next.unlisted;
        const bool speaks = next.begun || !in_trial;
        if (speaks && (!counting || counting->rank() < next.rank())) {
            counting = std::move(next);
        }
    }
    answer is{plans.trial_plan, "trial", "full", "trial"};
    if (counting && !(in_trial && counting->gives_way())) {
        is = counting->is;
    } else if (is_from_before(of, known)) {
        is.reason = "unknown";
    } else if (!in_trial) {
        is = {plans.trial_plan, "none", "none", "trial_over"};
    } else {
        is.terms.trial_ends_at = trial_start(of, known) + plans.trial;
    }
    is.unlisted = unlisted;
    if (is.access == "none" && plans.fallback_plan) {
        is.plan = *plans.fallback_plan;
        is.access = "full";
        is.reason = "fallback";
        is.quantity.reset();
    }
    return is;
}

int number_of(access_level given) {
    return given == access_level::full ? 2 : given == access_level::restricted ? 1 : 0;
}

}  // namespace

patience_with rules_of(
    const catalogue& plans,
    const organization_id& organization,
    const plan* sold
) {
    const auto& common = sold == nullptr ? plans.dunning : sold->dunning;
    const auto& pause = sold == nullptr ? plans.paused : sold->paused;
    patience_with rules{
        common.grace,
        common.restricted,
        common.exempt,
        number_of(pause.requested),
        number_of(pause.trial_over)};
    if (const auto own = plans.organizations.find(organization); own != plans.organizations.end()) {
        rules.grace = own->second.grace.value_or(rules.grace);
        rules.restricted = own->second.restricted.value_or(rules.restricted);
        rules.exempt = own->second.exempt.value_or(rules.exempt);
    }
    return rules;
}

answer answer_at(const subject& of, const catalogue& plans, instant at) {
    static const told_record nothing;
    BILLHOOK_ASSERT(of.stripe != nullptr || of.row);
    return answer_from(of.stripe == nullptr ? nothing : of.stripe->told(), of, plans, at);
}

answer answer_once_read(const subject& of, const catalogue& plans, instant at) {
    BILLHOOK_ASSERT(of.stripe != nullptr);
    return answer_from(of.stripe->read(), of, plans, at);
}

}  // namespace billhook::simulator
