#include "tools/simulator/truth.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>
#include <vector>

namespace billhook::simulator {

namespace {

constexpr instant never = instant::max();
constexpr std::chrono::hours patience{72};  // for an event that must come

struct stretch {
    instant from{};
    instant until = never;
};

bool is_failing(const std::string& status) {
    return status == "past_due" || status == "unpaid";
}

// One entry a second: the state that the second ended in.
std::vector<told_status> by_second(const std::vector<told_status>& history) {
    std::vector<told_status> seconds;
    for (const auto& entry : history) {
        if (!seconds.empty() && seconds.back().at == entry.at) {
            seconds.pop_back();
        }
        seconds.push_back(entry);
    }
    return seconds;
}

instant paid_at(const account& stripe, const std::string& id) {
    const auto found = stripe.told_invoices().find(id);
    return found == stripe.told_invoices().end() ? never
                                                 : found->second.last.paid_at.value_or(never);
}

// The times in which the subscription itself was past_due or unpaid, and in `healed` each moment at
// which it said that it no longer is.
std::vector<stretch> spells_of(
    const std::vector<told_status>& seconds,
    const account& stripe,
    std::vector<instant>& healed
) {
    std::vector<stretch> spells;
    const told_status* last = nullptr;  // of the spell that goes on
    const auto close = [&](instant end) {
        const auto paid = paid_at(stripe, last->latest_invoice);
        spells.back().until = paid > last->at ? std::min(end, paid) : end;
        last = nullptr;
    };
    for (const auto& entry : seconds) {
        if (is_failing(entry.status)) {
            if (last == nullptr) {
                spells.push_back({entry.at, never});
            }
            last = &entry;
        } else if (last != nullptr) {
            close(entry.at);
            healed.push_back(entry.at);
        }
    }
    if (last != nullptr) {
        close(never);
    }
    return spells;
}

std::optional<stretch> failing_of(
    const told_invoice& bill,
    const account& stripe,
    const std::vector<instant>& healed
) {
    if (!bill.first_failure || bill.last.billing_reason == "subscription_create") {
        return std::nullopt;
    }
    stretch failing{*bill.first_failure, never};
    const auto end = [&failing](instant when) { failing.until = std::min(failing.until, when); };
    end(bill.last.paid_at.value_or(never));
    end(bill.last.voided_at.value_or(never));
    end(bill.last.marked_uncollectible_at.value_or(never));
    for (const auto when : healed) {
        if (when > failing.from) {
            end(when);
        }
    }
    for (const auto& [id, other] : stripe.told_invoices()) {
        if (other.last.subscription == bill.last.subscription &&
            other.last.created > bill.last.created && other.last.billing_reason != "manual") {
            end(other.last.paid_at.value_or(never));
        }
    }
    return failing.until > failing.from ? std::optional(failing) : std::nullopt;
}

std::optional<std::size_t> plan_of(const subscription& what) {
    std::optional<std::size_t> highest;
    for (const auto& item : what.items) {
        if (item.price.plan && (!highest || *item.price.plan > *highest)) {
            highest = item.price.plan;
        }
    }
    return highest;
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

    [[nodiscard]] auto rank() const { return std::tie(has_plan, access, alive, plan, created, id); }
};

void decide(judged& on, int access, std::string reason) {
    static constexpr const char* words[] = {"none", "restricted", "full"};
    on.access = access;
    on.is.access = words[access];
    on.is.reason = std::move(reason);
}

bool has_ended_unsaid(const subscription& what, instant at) {
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

judged judge(const told_subscription& of, const subject& who, const catalogue& plans, instant at) {
    const auto& what = of.last;
    const auto index = plan_of(what);
    const plan* sold = index ? &plans.plans[*index] : nullptr;
    const bool canceled = of.deleted || what.status == "canceled";
    judged on;
    on.is.plan = sold == nullptr ? "" : sold->key;
    on.is.subscription_status = canceled ? "canceled" : what.status;
    on.has_plan = index.has_value();
    on.plan = index.value_or(0);
    on.alive = !canceled && what.status != "incomplete_expired";
    on.created = what.created;
    on.id = what.id;
    if (canceled) {
        decide(on, 0, "canceled");
    } else if (what.status == "incomplete" || what.status == "incomplete_expired") {
        decide(on, 0, "incomplete");
    } else if (has_ended_unsaid(what, at)) {
        decide(on, 0, "ended");
    } else if (what.status == "paused") {
        decide(on, 1, "paused");
    } else if (const auto since = failing_since(of, *who.stripe, at)) {
        const auto age = std::max(at - *since, std::chrono::microseconds{0});
        decide_by_age(on, rules_of(plans, who.organization, sold), age);
    } else if (is_failing(what.status)) {
        decide(on, 2, "settled");
    } else {
        decide(on, 2, what.status == "trialing" ? "trialing" : "paid");
    }
    return on;
}

instant trial_start(const subject& of) {
    instant start = of.row ? of.row->created_at : never;
    if (of.stripe != nullptr) {
        for (const auto& [id, who] : of.stripe->told_customers()) {
            start = std::min(start, who.created);
        }
    }
    return start;
}

}  // namespace

patience_with rules_of(
    const catalogue& plans,
    const organization_id& organization,
    const plan* sold
) {
    const auto& common = sold == nullptr ? plans.dunning : sold->dunning;
    patience_with rules{common.grace, common.restricted, common.exempt};
    if (const auto own = plans.organizations.find(organization); own != plans.organizations.end()) {
        rules.grace = own->second.grace.value_or(rules.grace);
        rules.restricted = own->second.restricted.value_or(rules.restricted);
        rules.exempt = own->second.exempt.value_or(rules.exempt);
    }
    return rules;
}

std::optional<instant> failing_since(
    const told_subscription& of,
    const account& stripe,
    instant at
) {
    std::vector<instant> healed;
    auto stretches = spells_of(by_second(of.history), stripe, healed);
    for (const auto& [id, bill] : stripe.told_invoices()) {
        if (bill.last.subscription == of.last.id) {
            if (const auto failing = failing_of(bill, stripe, healed)) {
                stretches.push_back(*failing);
            }
        }
    }
    std::sort(stretches.begin(), stretches.end(), [](const stretch& a, const stretch& b) {
        return a.from < b.from;
    });
    std::optional<stretch> whole;
    for (const auto& next : stretches) {
        if (whole && next.from <= whole->until) {
            whole->until = std::max(whole->until, next.until);
        } else {
            whole = next;
        }
    }
    return whole && whole->until > at ? std::optional(whole->from) : std::nullopt;
}

answer answer_at(const subject& of, const catalogue& plans, instant at) {
    const bool heard = of.stripe != nullptr && !of.stripe->told_customers().empty();
    BILLHOOK_ASSERT(heard || of.row);
    if (!heard && !of.row->stripe_customer.empty()) {
        return {plans.trial_plan, "trial", "full", "unknown"};
    }
    std::optional<judged> counting;
    if (heard) {
        for (const auto& [id, told] : of.stripe->told_subscriptions()) {
            auto next = judge(told, of, plans, at);
            if (!counting || counting->rank() < next.rank()) {
                counting = std::move(next);
            }
        }
    }
    if (counting && counting->is.reason != "incomplete") {
        return counting->is;
    }
    if (at < trial_start(of) + plans.trial) {
        return {plans.trial_plan, "trial", "full", "trial"};
    }
    return counting ? counting->is : answer{plans.trial_plan, "none", "none", "trial_over"};
}

}  // namespace billhook::simulator
