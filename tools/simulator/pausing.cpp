#include "schemas/types/assert.hpp"
#include "tools/simulator/account.hpp"
#include "tools/simulator/billing.hpp"

#include <utility>

// Pauses: at a trial's end, on request, for nonpayment; and what ends them.
namespace billhook::simulator {

using namespace std::chrono_literals;

void account::pause_for(subscription& what, std::string reason) {
    what.status = "paused";
    what.pause_reason = std::move(reason);
    what.paused_at = now_;
    tell("customer.subscription.updated", what);
    tell("customer.subscription.paused", what);
}

void account::pause(const std::string& id) {
    begin_act();
    auto& what = subscriptions_.at(id);
    BILLHOOK_ASSERT(what.flexible && (what.status == "active" || what.status == "past_due"));
    what.period_end = now_;
    pause_for(what, "pause_requested");
}

// In place of `past_due`, or a little after it. The invoice stays to be collected.
void account::pause_for_first_failure(const invoice& failed) {
    auto& of = subscriptions_.at(failed.subscription);
    if (*settings_.pause_after_failure == 0s) {
        pause_for(of, "first_payment_failure");
        return;
    }
    set_status(of, "past_due");
    at_time(now_ + *settings_.pause_after_failure, [this, id = of.id] {
        if (auto& owing = subscriptions_.at(id); owing.status == "past_due") {
            pause_for(owing, "first_payment_failure");
        }
    });
}

// The invoice that it was paused for is paid or written off by hand.
void account::resume_paid(subscription& what) {
    what.status = "active";
    what.pause_reason.clear();
    what.paused_at.reset();
    tell("customer.subscription.updated", what);
    tell("customer.subscription.resumed", what);
    if (what.period_end <= now_) {
        what.anchor = what.period_end = now_;
        renew(what);
    }
}

void account::resume(const std::string& id, resuming how) {
    begin_act();
    auto& what = subscriptions_.at(id);
    BILLHOOK_ASSERT(what.status == "paused");
    what.status = "active";
    what.pause_reason.clear();
    what.paused_at.reset();
    what.anchor = what.period_start = now_;
    what.period_end = next_boundary(what);
    if (how == resuming::without_payment) {
        tell("customer.subscription.updated", what);
        tell("customer.subscription.resumed", what);
        let_lie(id);
    } else {
        auto& next = draft(what, "subscription_cycle", due_each_period(what));
        tell("customer.subscription.updated", what);
        tell("customer.subscription.resumed", what);
        tell_draft(next);
        finalize(next);
        charge(next, true);
    }
    watch_period(what);
}

}  // namespace billhook::simulator
