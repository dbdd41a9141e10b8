#include "schemas/types/assert.hpp"
#include "tools/simulator/account.hpp"
#include "tools/simulator/billing.hpp"

#include <algorithm>
#include <utility>

// How invoices are made, charged, retried, paid, given up.
namespace billhook::simulator {

using namespace std::chrono_literals;

invoice& account::draft(subscription& of, std::string_view reason, std::int64_t amount) {
    invoice made;
    made.id = fresh("in");
    made.customer = of.customer;
    made.subscription = made.line_subscription = of.id;
    made.subscription_metadata = of.metadata;
    made.price = leading_price(of);
    made.billing_reason = reason;
    made.created = now_;
    made.period_start = of.period_start;
    made.period_end = of.period_end;
    made.amount_due = amount;
    of.latest_invoice = made.id;
    return invoices_[made.id] = std::move(made);
}

// The one whose status the payment of this invoice decides.
subscription* account::moved_by(const invoice& what) {
    return what.moves_status ? &subscriptions_.at(what.subscription) : nullptr;
}

std::string account::bill_once(const std::string& customer, const one_off& what) {
    begin_act();
    const auto found = subscriptions_.find(what.subscription);
    invoice made;
    made.id = fresh("in");
    made.customer = customer;
    made.line_subscription = what.subscription;
    made.subscription = what.names_subscription ? what.subscription : "";
    made.price = {"", "prod_1training", "", "Training", what.amount_minor, std::nullopt};
    made.billing_reason = what.reason;
    made.created = made.period_start = made.period_end = now_;
    made.amount_due = what.amount_minor;
    made.moves_status = what.moves_status;
    if (found != subscriptions_.end() && what.moves_status) {
        found->second.latest_invoice = made.id;
    }
    const auto id = made.id;
    tell_draft(invoices_[id] = std::move(made));
    at_time(now_ + settings_.collect_after, [this, id] { collect(id); });
    return id;
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
    const auto found = subscriptions_.find(what.subscription);
    const auto behavior = found == subscriptions_.end() ? "" : found->second.pause_collection;
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
    if (what.amount_due == 0) {
        succeed(what, automatic);
        return;
    }
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
    auto* of = moved_by(what);
    const bool latest = of != nullptr && of->latest_invoice == what.id;
    if (latest &&
        (of->status == "incomplete" || of->status == "past_due" || of->status == "unpaid")) {
        set_status(*of, "active");
    } else if (latest && of->pause_reason.ends_with("_payment_failure")) {
        resume_paid(*of);
    } else if (what.for_pending) {
        apply_pending(subscriptions_.at(what.subscription));
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
    auto* of = moved_by(what);
    const bool dunning = what.billing_reason != "subscription_create" && !what.for_pending;
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
    if (of != nullptr && (of->status == "active" || of->status == "trialing")) {
        if (settings_.pause_after_failure && what.billing_reason == "subscription_cycle") {
            pause_for_first_failure(what);
        } else {
            set_status(*of, "past_due");
        }
    }
    set_delinquent(what.customer, true);
    if (automatic && dunning && !again && of != nullptr) {
        exhaust(what);
    }
}

void account::demand_action(invoice& what) {
    tell_side("payment_intent.requires_action", what, "requires_action");
    what.attempted = true;
    what.next_payment_attempt.reset();
    tell("invoice.payment_action_required", what);
    tell("invoice.updated", what);
    auto* of = moved_by(what);
    if (of != nullptr && (of->status == "active" || of->status == "trialing")) {
        set_status(*of, "past_due");
    }
}

// The last retry failed. A write-off by dunning is no recovery: the status stays what it is.
void account::exhaust(invoice& what) {
    auto& of = subscriptions_.at(what.subscription);
    if (of.status == "paused") {
        return;
    }
    if (settings_.at_end == dunning_end::cancel) {
        remove(of, "payment_failed");
    } else if (settings_.at_end == dunning_end::unpaid) {
        set_status(of, "unpaid");
    } else if (settings_.at_end == dunning_end::pause && of.status == "past_due") {
        pause_for(of, "final_payment_failure");
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

// What is open of the subscription is no longer collected.
void account::let_lie(const std::string& subscription) {
    for (auto& [id, open] : invoices_) {
        if (open.subscription == subscription && open.auto_advance &&
            (open.status == "open" || open.status == "draft")) {
            open.auto_advance = false;
            open.next_payment_attempt.reset();
            tell("invoice.updated", open);
        }
    }
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
    if (auto* of = moved_by(what); of != nullptr && of->status == "past_due") {
        set_status(*of, "active");
    }
}

void account::mark_uncollectible(const std::string& id) {
    begin_act();
    auto& what = invoices_.at(id);
    settle(what, "uncollectible");
    auto* of = moved_by(what);
    if (of != nullptr && of->status == "past_due") {
        set_status(*of, "active");
    } else if (of != nullptr && of->pause_reason.ends_with("_payment_failure")) {
        resume_paid(*of);
    }
}

}  // namespace billhook::simulator
