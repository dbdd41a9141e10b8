#include "worker/domain/subscription_standing.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

namespace billhook {

namespace {

// An event may be under way this long after the instant that causes it (Stripe retries 3 days).
constexpr std::chrono::hours patience{72};

// How a status is judged.
enum class kind { incomplete, running, paused, canceled, unknown };

kind kind_of(std::string_view status) {
    if (status == "incomplete" || status == "incomplete_expired") {
        return kind::incomplete;
    }
    if (status == "trialing" || status == "active" || status == "past_due" || status == "unpaid") {
        return kind::running;
    }
    if (status == "paused") {
        return kind::paused;
    }
    return status == "canceled" ? kind::canceled : kind::unknown;
}

bool passed(const std::optional<instant>& at, instant now) {
    return at && *at + patience <= now;
}

void judge_case(subscription_standing& one, const dunning_case* open, instant now) {
    if (open == nullptr) {
        const auto& status = one.status;
        one.access = access_level::full;
        one.why = status == "active"     ? reason::paid
                  : status == "trialing" ? reason::trialing
                                         : reason::settled;
        return;
    }
    if (one.policy.exempt) {
        one.access = access_level::full;
        one.why = reason::exempt;
    } else if (now < *one.grace_until) {
        one.access = access_level::full;
        one.why = reason::grace;
    } else if (now < *one.restricted_until) {
        one.access = access_level::restricted;
        one.why = reason::restricted;
    } else {
        one.access = access_level::none;
        one.why = reason::unpaid;
    }
}

// A pause settles nothing: what is owed is judged by its age, and the pause may give less than
// that.
void judge_pause(subscription_standing& one, const dunning_case* open, instant now) {
    const auto& row = *one.row;
    const bool for_failed_payment = row.pause == pause_reason::failed_payment;
    const auto given =
        row.pause == pause_reason::trial_over ? one.paused.trial_over : one.paused.requested;
    if (open != nullptr) {
        judge_case(one, open, now);
        if (!for_failed_payment && one.access < given) {  // full is the least of its enum
            one.access = given;
            one.why = reason::paused;
        }
        return;
    }
    one.access = given;
    one.why = reason::paused;
    if (!for_failed_payment || !row.pause_settled_at) {
        return;
    }
    // Paid: Stripe resumes it, and the event may be under way.
    one.instants.push_back(*row.pause_settled_at + patience);
    one.stale = passed(row.pause_settled_at, now);
    if (!one.stale) {
        one.access = access_level::full;
        one.why = reason::settled;
    }
}

void add_steps(subscription_standing& one) {
    const auto& policy = one.policy;
    for (const auto step : policy.steps()) {
        one.instants.push_back(one.steps_from + step + policy.settle);
    }
    one.instants.push_back(*one.grace_until);
    one.instants.push_back(*one.restricted_until);
}

// The instants of a subscription that are not its case's.
void add_dates(subscription_standing& one, kind how) {
    const auto& state = one.row->state;
    if (const auto end = one.renewal.cancels_at) {
        one.instants.push_back(*end + patience);
    }
    if (how != kind::running) {
        return;
    }
    if (const auto end = period_end(state)) {
        one.instants.push_back(*end + patience);
    }
    if (state.trial_end && one.status == "trialing") {
        one.instants.push_back(*state.trial_end - trial_warning);
        one.instants.push_back(*state.trial_end);
        one.instants.push_back(*state.trial_end + patience);
    }
}

void judge(subscription_standing& one, kind how, const dunning_case* open, instant now) {
    const auto& state = one.row->state;
    one.quiet = true;
    switch (how) {
        case kind::incomplete:
            one.why = reason::incomplete;
            return;
        case kind::canceled:
            one.why = reason::canceled;
            if (one.row->begun && one.row->ended_at) {
                one.instants.push_back(*one.row->ended_at + one.policy.settle);
            }
            return;
        case kind::unknown:
            one.access = access_level::restricted;
            one.why = reason::unknown_status;
            one.stale = true;
            return;
        case kind::paused:
        case kind::running:
            break;
    }
    if (passed(one.renewal.cancels_at, now)) {
        one.access = access_level::none;
        one.why = reason::ended;
        one.stale = true;
        return;
    }
    add_dates(one, how);
    if (how == kind::paused) {
        judge_pause(one, open, now);
    } else {
        judge_case(one, open, now);
        one.stale = passed(period_end(state), now) ||
                    (one.status == "trialing" && passed(state.trial_end, now));
    }
    one.quiet = one.policy.exempt;
    if (open != nullptr && !one.quiet) {
        one.sends = open;
        add_steps(one);
    }
}

}  // namespace

subscription_standing standing_of(
    const subscription_row& row,
    std::span<const dunning_case> cases,
    std::span<const stripe::schedule_fact> schedules,
    const organization_id& organization,
    const given& grants,
    const catalogue& plans,
    instant now
) {
    subscription_standing one;
    one.row = &row;
    one.items = listed(row.state.items, row.keys_seen, plans);
    one.quantity = one.items.quantity;
    // Its customer's deletion ends it, too, whatever its own facts say.
    const bool canceled = row.deleted || (row.ended_at && row.state.status != "incomplete_expired");
    one.status = canceled ? "canceled" : row.state.status;
    const auto how = kind_of(one.status);
    one.incomplete = how == kind::incomplete;
    one.terminal = how == kind::canceled || one.status == "incomplete_expired";
    one.alive = !one.terminal && !one.incomplete;
    one.unlisted = one.alive && !one.items.plan && !one.items.only_addons();
    one.plan = one.items.plan;
    if (one.unlisted && plans.unlisted_plan) {
        one.plan = plans.index_of(*plans.unlisted_plan);
    }
    const auto* const plan = one.plan ? &plans.plans[*one.plan] : nullptr;
    one.policy = plans.policy_for(organization, plan);
    one.policy.exempt = one.policy.exempt || grants.exempt;
    one.paused = plan != nullptr ? plan->paused : plans.paused;
    if (!one.terminal) {
        const bool runs = how == kind::running;
        one.renewal = renewal_of(row.state, runs, end_of(row.state, runs, schedules));
    }
    one.cases = cases;
    const auto open =
        std::find_if(cases.begin(), cases.end(), [](const dunning_case& c) { return !c.ended_at; });
    const dunning_case* const running_case = open == cases.end() || !one.alive ? nullptr : &*open;
    if (running_case != nullptr) {
        one.in_dunning = true;
        one.access_from =
            std::max(running_case->anchor, grants.access_from.value_or(instant::min()));
        one.steps_from = std::max(running_case->anchor, grants.steps_from.value_or(instant::min()));
        one.grace_until = one.access_from + one.policy.grace;
        one.restricted_until = *one.grace_until + one.policy.restricted;
    }
    judge(one, how, running_case, now);
    return one;
}

std::vector<subscription_standing> standings_of_each(
    const organization_facts& facts,
    const catalogue& plans,
    instant now
) {
    const auto by_subscription = [](const dunning_case& one) -> const auto& {
        return one.subscription;
    };
    const auto scheduled = [](const stripe::schedule_fact& one) { return one.subscription; };
    const auto grants = given_by(facts.grants, plans, now);
    std::vector<subscription_standing> all;
    for (const auto& row : facts.subscriptions) {
        const auto own = std::ranges::equal_range(facts.cases, row.id, {}, by_subscription);
        const auto arranged =
            std::ranges::equal_range(facts.schedules, std::optional(row.id), {}, scheduled);
        all.push_back(standing_of(
            row,
            {own.begin(), own.end()},
            {arranged.begin(), arranged.end()},
            facts.organization,
            grants,
            plans,
            now
        ));
    }
    return all;
}

}  // namespace billhook
