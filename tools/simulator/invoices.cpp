#include "schemas/types/assert.hpp"
#include "tools/simulator/account.hpp"

#include <algorithm>
#include <utility>

// How invoices are made, charged, retried, paid, given up.
namespace billhook::simulator {

using namespace std::chrono_literals;

invoice& account::draft(subscription& of, std::string_view reason, std::int64_t amount) {
    invoice made;
    made.id = fresh("in");
    made.customer = of.customer;
    made.subscription = of.id;
    made.subscription_metadata = of.metadata;
    made.price = of.items.front().price;
    made.billing_reason = reason;
    made.created = now_;
    made.period_start = of.period_start;
    made.period_end = of.period_end;
    made.amount_due = amount;
    of.latest_invoice = made.id;
    return invoices_[made.id] = std::move(made);
}

void account::tell_draft(const invoice& what) {
    tell("invoice.created", what);
}

// An hour after the draft: finalize and charge, or put away while collection is paused.
void account::collect(const std::string& id) {
    auto& what = invoices_.at(id);
    if (what.status != "draft" || !what.auto_advance) {
        return;
    }
    finalize(what);
    const auto& behavior = subscriptions_.at(what.subscription).pause_collection;
    if (behavior == "void") {
        settle(what, "void");
    } else if (behavior == "mark_uncollectible") {
        settle(what, "uncollectible");
    } else {
        charge(what, true);
    }
}

void account::finalize(invoice& what) {
    what.payment_intent = fresh("pi");
    what.number = fresh("INV");
    what.status = "open";
    what.finalized_at = now_;
    if (what.amount_due > 0) {
        tell_side("payment_intent.created", what, "requires_confirmation");
    }
    tell("invoice.updated", what);
    tell("invoice.finalized", what);
}

void account::charge(invoice& what, bool automatic) {
    first_attempts_.try_emplace(what.id, now_);
    switch (cards_.at(what.customer)) {
        case card::good:
            succeed(what, automatic);
            break;
        case card::none:
        case card::declining:
            fail(what, automatic);
            break;
        case card::needs_action:
            demand_action(what);
            break;
    }
}

void account::succeed(invoice& what, bool automatic) {
    if (what.amount_due > 0) {
        tell_side("charge.succeeded", what, "succeeded");
        tell_side("payment_intent.succeeded", what, "succeeded");
    }
    what.attempt_count += automatic && what.amount_due > 0 ? 1 : 0;
    what.attempted = true;
    what.amount_paid = what.amount_due;
    what.status = "paid";
    what.paid_at = now_;
    what.auto_advance = false;
    what.next_payment_attempt.reset();
    tell("invoice.updated", what);
    tell("invoice.paid", what);
    tell("invoice.payment_succeeded", what);
    auto& of = subscriptions_.at(what.subscription);
    if (of.latest_invoice == what.id &&
        (of.status == "incomplete" || of.status == "past_due" || of.status == "unpaid")) {
        set_status(of, "active");
    }
    if (what.amount_due > 0) {
        set_delinquent(what.customer, false);
        const auto id = what.id;
        at_time(now_ + 14s, [this, id] {
            tell_side("invoice_payment.paid", invoices_.at(id), "paid");
        });
    }
}

void account::fail(invoice& what, bool automatic) {
    tell_side("charge.failed", what, "failed");
    tell_side("payment_intent.payment_failed", what, "requires_payment_method");
    const auto tries = static_cast<std::size_t>(what.attempt_count);
    auto& of = subscriptions_.at(what.subscription);
    const bool dunning = what.billing_reason != "subscription_create";
    const bool again = dunning && tries < settings_.retries.size();
    what.attempted = true;
    if (automatic) {
        what.attempt_count += 1;
        what.next_payment_attempt.reset();
        if (again) {
            what.next_payment_attempt = first_attempts_.at(what.id) + settings_.retries[tries];
            const auto id = what.id;
            at_time(*what.next_payment_attempt, [this, id] {
                auto& retried = invoices_.at(id);
                if (retried.status == "open" && retried.auto_advance) {
                    charge(retried, true);
                }
            });
        }
    }
    tell("invoice.payment_failed", what);
    tell("invoice.updated", what);
    if (of.status == "active" || of.status == "trialing") {
        set_status(of, "past_due");
    }
    set_delinquent(what.customer, true);
    if (automatic && dunning && !again) {
        exhaust(what);
    }
}

void account::demand_action(invoice& what) {
    tell_side("payment_intent.requires_action", what, "requires_action");
    what.attempted = true;
    what.next_payment_attempt.reset();
    tell("invoice.payment_action_required", what);
    tell("invoice.updated", what);
    auto& of = subscriptions_.at(what.subscription);
    if (of.status == "active" || of.status == "trialing") {
        set_status(of, "past_due");
    }
}

// The last retry failed. A write-off by dunning is no recovery: the status stays what it is.
void account::exhaust(invoice& what) {
    auto& of = subscriptions_.at(what.subscription);
    if (settings_.at_end == dunning_end::cancel) {
        remove(of, "payment_failed");
    } else if (settings_.at_end == dunning_end::unpaid) {
        set_status(of, "unpaid");
    }
    if (settings_.write_off) {
        settle(what, "uncollectible");
    }
}

void account::settle(invoice& what, std::string status) {
    what.status = std::move(status);
    what.auto_advance = false;
    what.next_payment_attempt.reset();
    const bool voided = what.status == "void";
    (voided ? what.voided_at : what.marked_uncollectible_at) = now_;
    tell("invoice.updated", what);
    tell(voided ? "invoice.voided" : "invoice.marked_uncollectible", what);
}

void account::set_status(subscription& what, std::string status) {
    what.status = std::move(status);
    tell("customer.subscription.updated", what);
}

void account::pay(const std::string& id) {
    begin_act();
    auto& what = invoices_.at(id);
    BILLHOOK_ASSERT(what.status == "open" || what.status == "uncollectible");
    charge(what, false);
}

void account::void_invoice(const std::string& id) {
    begin_act();
    auto& what = invoices_.at(id);
    settle(what, "void");
    if (auto& of = subscriptions_.at(what.subscription); of.status == "past_due") {
        set_status(of, "active");
    }
}

void account::mark_uncollectible(const std::string& id) {
    begin_act();
    auto& what = invoices_.at(id);
    settle(what, "uncollectible");
    if (auto& of = subscriptions_.at(what.subscription); of.status == "past_due") {
        set_status(of, "active");
    }
}

}  // namespace billhook::simulator
