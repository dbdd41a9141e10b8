#include "schemas/types/assert.hpp"
#include "tools/simulator/account.hpp"

#include <utility>

// Subscription schedules: what is arranged for later.
namespace billhook::simulator {

std::string account::begin_schedule(const std::string& subscription) {
    begin_act();
    auto& of = subscriptions_.at(subscription);
    BILLHOOK_ASSERT(of.schedule.empty() && of.items.size() == 1 && !of.ended_at);
    const auto& item = of.items.front();
    schedule made;
    made.id = fresh("sub_sched");
    made.customer = of.customer;
    made.subscription = of.id;
    made.created = now_;
    made.phases = {
        {of.period_start, of.period_end, item.price, item.quantity}
    };
    of.schedule = made.id;
    tell("subscription_schedule.created", schedules_[made.id] = made);
    tell("customer.subscription.updated", of);
    return made.id;
}

void account::plan_phases(const std::string& id, const arrangement& planned) {
    begin_act();
    auto& what = schedules_.at(id);
    auto& of = subscriptions_.at(what.subscription);
    BILLHOOK_ASSERT(what.status == "active");
    what.phases.resize(what.current + 1);
    auto ahead = of;
    for (const auto& each : planned.next) {
        ahead.period_start = what.phases.back().end;
        for (int period = 0; period < each.periods; ++period) {
            ahead.period_end = next_boundary(ahead);
            ahead.period_start = ahead.period_end;
        }
        what.phases.push_back({what.phases.back().end, ahead.period_end, each.price, each.quantity}
        );
    }
    what.cancels = planned.cancels;
    what.dates = planned.cancels && planned.dates;
    tell("subscription_schedule.updated", what);
    if (what.dates) {
        of.cancel_at = what.phases.back().end;
        of.canceled_at = now_;
        of.cancellation_reason = "cancellation_requested";
        tell("customer.subscription.updated", of);
    }
}

void account::release_schedule(const std::string& id) {
    begin_act();
    const auto& what = schedules_.at(id);
    auto& of = subscriptions_.at(what.subscription);
    if (what.dates) {
        of.cancel_at.reset();
        of.canceled_at.reset();
        of.cancellation_reason.clear();
    }
    end_schedule(of, "released");
    tell("customer.subscription.updated", of);
}

// At the end of a period: false if that ended the subscription.
bool account::pass_phase(subscription& of) {
    auto& what = schedules_.at(of.schedule);
    if (now_ < what.phases[what.current].end) {
        return true;
    }
    if (what.current + 1 < what.phases.size()) {
        const auto& next = what.phases[++what.current];
        of.items.front().price = next.price;
        of.items.front().quantity = next.quantity;
        tell("subscription_schedule.updated", what);
        return true;
    }
    if (what.cancels) {
        remove(of, "");
        return false;
    }
    end_schedule(of, "completed");
    return true;
}

void account::end_schedule(subscription& of, std::string status) {
    auto& what = schedules_.at(std::exchange(of.schedule, ""));
    what.status = std::move(status);
    what.over_at = now_;
    if (what.status == "released") {
        what.released_subscription = std::exchange(what.subscription, "");
    }
    tell("subscription_schedule." + what.status, what);
}

}  // namespace billhook::simulator
