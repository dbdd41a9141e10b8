#include "tools/simulator/calendar.hpp"
#include "tools/simulator/shop.hpp"

#include <algorithm>
#include <fmt/format.h>

// What becomes of subscriptions by their payers and by time.
namespace billhook::simulator {

invoice invoice_of(const sold_subscription& what) {
    invoice made;
    made.id = made.number = what.is.latest_invoice;
    made.customer = what.is.customer;
    made.subscription = made.line_subscription = what.is.id;
    made.subscription_metadata = what.is.metadata;
    made.price = what.is.items.front().price;
    made.status = what.invoice_status;
    made.billing_reason = what.invoice_reason;
    made.created = what.invoiced;
    made.finalized_at = what.invoiced;
    made.period_start = what.is.period_start;
    made.period_end = what.is.period_end;
    made.amount_due = what.amount_due;
    made.attempt_count = what.tries;
    made.attempted = what.tries > 0;
    if (what.invoice_status == "paid") {
        made.amount_paid = what.amount_due;
        made.paid_at = what.settled;
    } else if (what.invoice_status == "void") {
        made.voided_at = what.settled;
    }
    return made;
}

void shop::settle(sold_subscription& what, const char* status) {
    if (what.invoice_status == "open") {
        what.invoice_status = status;
        what.settled = now_();
    }
}

std::string shop::give_card(const std::string& customer) {
    cards_.push_back({fmt::format("pm_sold{:04}", cards_.size() + 1), customer, now_()});
    return cards_.back().id;
}

const sold_card* shop::find_card(const std::string& id) const {
    const auto found = std::ranges::find(cards_, id, &sold_card::id);
    return found == cards_.end() ? nullptr : &*found;
}

bool shop::confirm(const std::string& subscription) {
    sold_subscription* const what = find_subscription(subscription);
    if (what == nullptr || what->is.ended_at) {
        return false;
    }
    const bool pays = what->invoice_status == "open";
    const bool sets_up = what->wants_setup;
    what->wants_setup = false;
    if ((pays || sets_up) && what->keeps_card) {
        what->card = give_card(what->is.customer);
    }
    if (pays) {
        settle(*what, "paid");
        ++what->tries;
        what->is.status = "active";
    }
    if (pays && what->is.pending) {
        what->is.items.front().price = what->is.pending->price;
        what->is.pending.reset();
    }
    return pays || sets_up;
}

void shop::end(const std::string& subscription) {
    if (sold_subscription* const what = find_subscription(subscription)) {
        const bool unpaid = what->is.status == "incomplete";
        what->is.status = unpaid ? "incomplete_expired" : "canceled";
        what->is.ended_at = now_();
        what->wants_setup = false;
        settle(*what, "void");
    }
}

void shop::pause(const std::string& subscription) {
    if (sold_subscription* const what = find_subscription(subscription)) {
        what->is.status = "paused";
        what->is.pause_reason = "pause_requested";
        what->is.paused_at = now_();
    }
}

void shop::cancel_at_end(const std::string& subscription, bool so) {
    if (sold_subscription* const what = find_subscription(subscription)) {
        what->is.cancel_at_period_end = so;
        what->is.cancel_at = so ? std::optional{what->is.period_end} : std::nullopt;
    }
}

bool shop::renew(const std::string& subscription, bool pays) {
    sold_subscription* const what = find_subscription(subscription);
    const bool runs = what != nullptr && !what->is.ended_at && what->invoice_status != "open" &&
                      (what->is.status == "active" || what->is.status == "trialing");
    if (!runs) {
        return false;
    }
    const bool has_no_card = what->wants_setup && what->is.missing_payment_method == "cancel";
    if (what->is.cancel_at || has_no_card) {
        end(subscription);
        return false;
    }
    auto& item = what->is.items.front();
    const auto next = std::ranges::find_if(schedules_, [&](const sold_schedule& each) {
        return each.id == what->schedule && !each.released;
    });
    if (next != schedules_.end()) {
        if (const price* const of = stock_.find(next->next_price)) {
            item.price = *of;
            item.quantity = next->next_quantity;
        }
        next->released = true;
        what->schedule.clear();
    }
    const auto now = now_();
    what->is.anchor = what->is.period_start = now;
    what->is.period_end = months_after(now, item.price.months);
    what->is.latest_invoice = fmt::format("in_renewal_{}_{}", what->is.id, to_unix_seconds(now));
    what->is.status = pays ? "active" : "past_due";
    what->amount_due = item.price.amount_minor * item.quantity;
    what->invoice_reason = "subscription_cycle";
    what->invoice_status = pays ? "paid" : "open";
    what->invoiced = what->settled = now;
    what->tries = 1;
    return true;
}

}  // namespace billhook::simulator
