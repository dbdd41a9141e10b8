#include "schemas/types/assert.hpp"
#include "tools/simulator/account.hpp"
#include "tools/simulator/billing.hpp"
#include "tools/simulator/calendar.hpp"

#include <algorithm>
#include <utility>

// What happens to subscriptions: by their owner, by the seller, and by themselves as time passes.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;

bool is_over(const subscription& what) {
    return what.status == "canceled" || what.status == "incomplete_expired";
}

}  // namespace

instant account::next_boundary(const subscription& what) const {
    const int months = leading_price(what).months;
    int count = 0;
    instant next = what.anchor;
    while (next <= what.period_start) {
        ++count;
        next = settings_.period == 0s ? months_after(what.anchor, count * months)
                                      : what.anchor + settings_.period * count;
    }
    return next;
}

void account::watch_period(const subscription& what) {
    const auto id = what.id;
    const auto end = what.period_end;
    at_time(end, [this, id, end] { reach_period_end(id, end); });
}

std::string account::subscribe(const std::string& customer, const subscribe_options& options) {
    begin_act();
    subscription made;
    made.id = fresh("sub");
    made.customer = customer;
    made.created = made.anchor = made.period_start = now_;
    made.items = options.before;
    made.items.push_back({"", options.price, options.quantity});
    made.items.insert(made.items.end(), options.after.begin(), options.after.end());
    for (auto& item : made.items) {
        item.id = fresh("si");
    }
    made.free_coupon = options.free_coupon;
    customers_.at(customer).currency = options.price.currency;
    made.missing_payment_method = options.missing_payment_method;
    made.flexible = options.flexible;
    made.metadata = options.metadata;
    auto& kept = subscriptions_[made.id] = made;
    if (options.trial > 0s) {
        kept.trial_start = now_;
        kept.trial_end = now_ + options.trial;
        begin_trial(kept);
    } else {
        kept.period_end = next_boundary(kept);
        begin_paid(kept, options.shows_end_state);
    }
    for (std::size_t item = 0; item < kept.items.size(); ++item) {
        if (kept.items[item].period_end) {
            watch_item(kept, item);
        }
    }
    return made.id;
}

void account::begin_trial(subscription& of) {
    of.status = "trialing";
    of.period_end = *of.trial_end;
    auto& first = draft(of, "subscription_create", 0);
    tell("customer.subscription.created", of);
    tell_draft(first);
    finalize(first);
    succeed(first, true);
    const auto id = of.id;
    at_time(std::max(now_, *of.trial_end - std::chrono::days{3}), [this, id] {
        if (const auto& what = subscriptions_.at(id); what.status == "trialing") {
            tell("customer.subscription.trial_will_end", what);
        }
    });
    at_time(*of.trial_end, [this, id] { end_trial(id); });
}

void account::begin_paid(subscription& of, bool shows_end_state) {
    auto& first = draft(of, "subscription_create", due_each_period(of));
    const bool pays = first.amount_due == 0 || cards_.at(of.customer) == card::good;
    of.status = pays ? "active" : "incomplete";
    if (pays && shows_end_state) {
        tell_paid_sign_up(of, first);
    } else {
        tell("customer.subscription.created", of);
        tell_draft(first);
        finalize(first);
        charge(first, true);
    }
    if (of.status == "incomplete") {
        const auto id = of.id;
        at_time(now_ + 23h, [this, id] { expire_incomplete(id); });
    }
    watch_period(of);
}

// Every event of the transaction shows its end state.
void account::tell_paid_sign_up(const subscription& of, invoice& first) {
    first.payment_intent = fresh("pi");
    first.number = fresh("INV");
    first.attempted = true;
    first.auto_advance = false;
    first.amount_paid = first.amount_due;
    first.status = "paid";
    first.finalized_at = first.paid_at = now_;
    tell_side("charge.succeeded", first, "succeeded");
    tell("customer.subscription.created", of);
    tell_side("payment_intent.succeeded", first, "succeeded");
    for (const auto* type :
         {"invoice.created", "invoice.finalized", "invoice.paid", "invoice.payment_succeeded"}) {
        tell(type, first);
    }
}

void account::expire_incomplete(const std::string& id) {
    auto& what = subscriptions_.at(id);
    if (what.status != "incomplete") {
        return;
    }
    what.ended_at = now_;
    set_status(what, "incomplete_expired");
    settle(invoices_.at(what.latest_invoice), "void");
}

void account::end_trial(const std::string& id) {
    auto& what = subscriptions_.at(id);
    if (what.status != "trialing") {
        return;
    }
    if (what.cancel_at_period_end || (what.cancel_at && *what.cancel_at <= now_)) {
        remove(what, what.cancellation_reason);
        return;
    }
    if (cards_.at(what.customer) == card::none && what.missing_payment_method == "cancel") {
        remove(what, "");
    } else if (cards_.at(what.customer) == card::none && what.missing_payment_method == "pause") {
        pause_for(what, "trial_end_without_payment_method");
    } else {
        what.status = "active";
        what.anchor = what.period_end;
        renew(what);
    }
}

void account::reach_period_end(const std::string& id, instant which) {
    auto& what = subscriptions_.at(id);
    if (is_over(what) || what.status == "paused" || what.status == "incomplete" ||
        what.period_end != which) {
        return;
    }
    if (what.cancel_at_period_end || (what.cancel_at && *what.cancel_at <= now_)) {
        remove(what, what.cancellation_reason);
        return;
    }
    if (what.schedule.empty() || pass_phase(what)) {
        renew(what);
    }
}

// The next period begins: its invoice is a draft for an hour, then it is charged. While the
// subscription is `unpaid`, invoices stay drafts; while collection is paused they are put away.
void account::renew(subscription& what) {
    what.period_start = what.period_end;
    what.period_end = next_boundary(what);
    auto& next = draft(what, "subscription_cycle", due_each_period(what));
    next.auto_advance = what.status != "unpaid" && what.pause_collection != "keep_as_draft";
    tell("customer.subscription.updated", what);
    tell_draft(next);
    if (next.auto_advance) {
        const auto id = next.id;
        at_time(now_ + settings_.collect_after, [this, id] { collect(id); });
    }
    watch_period(what);
}

void account::remove(subscription& what, const std::string& reason) {
    what.status = "canceled";
    what.cancellation_reason = reason;
    // Ending at once what was already scheduled resets the schedule and keeps the date of the wish.
    if (what.cancel_at && now_ < *what.cancel_at) {
        what.cancel_at.reset();
        what.cancel_at_period_end = false;
    }
    what.canceled_at = what.canceled_at.value_or(now_);
    what.ended_at = now_;
    tell("customer.subscription.deleted", what);
    if (!what.schedule.empty()) {
        const auto& moved = schedules_.at(what.schedule);
        end_schedule(what, moved.phases.back().end <= now_ ? "completed" : "canceled");
    }
    let_lie(what.id);
}

void account::cancel_now(const std::string& id, const std::string& reason) {
    begin_act();
    BILLHOOK_ASSERT(!is_over(subscriptions_.at(id)));
    remove(subscriptions_.at(id), reason);
}

void account::cancel_at_period_end(const std::string& id) {
    begin_act();
    auto& what = subscriptions_.at(id);
    what.cancel_at = what.period_end;
    what.cancel_at_period_end = !what.flexible;
    what.canceled_at = now_;
    what.cancellation_reason = "cancellation_requested";
    tell("customer.subscription.updated", what);
}

void account::undo_cancel(const std::string& id) {
    begin_act();
    auto& what = subscriptions_.at(id);
    what.cancel_at.reset();
    what.cancel_at_period_end = false;
    what.canceled_at.reset();
    what.cancellation_reason.clear();
    tell("customer.subscription.updated", what);
}

void account::pause_collection(const std::string& id, const std::string& behavior) {
    begin_act();
    auto& what = subscriptions_.at(id);
    what.pause_collection = behavior;
    tell("customer.subscription.updated", what);
}

}  // namespace billhook::simulator
