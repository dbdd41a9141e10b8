#include "schemas/types/assert.hpp"
#include "tools/simulator/account.hpp"
#include "tools/simulator/billing.hpp"

#include <algorithm>
#include <iterator>

// What is changed about a subscription: its price, its items, whose it is.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;

subscription_item& item_of(subscription& what, const price& sold) {
    const auto found = std::ranges::find_if(what.items, [&](const subscription_item& item) {
        return item.price.id == sold.id;
    });
    BILLHOOK_ASSERT(found != what.items.end());
    return *found;
}

}  // namespace

// With `invoice_now` the difference is charged at once; a decline leaves the new price in force.
void account::change_price(const std::string& id, const price& next, bool invoice_now) {
    begin_act();
    auto& what = subscriptions_.at(id);
    const auto owed = next.amount_minor - what.items.front().price.amount_minor;
    what.items.front().price = next;
    if (!invoice_now || owed <= 0) {
        tell("customer.subscription.updated", what);
        return;
    }
    auto& bill = draft(what, "subscription_update", owed);
    tell("customer.subscription.updated", what);
    tell_draft(bill);
    finalize(bill);
    charge(bill, true);
}

void account::change_price_once_paid(const std::string& id, const price& next) {
    begin_act();
    auto& what = subscriptions_.at(id);
    what.pending = pending_change{next, now_ + 23h};
    auto& bill = draft(
        what, "subscription_update", next.amount_minor - what.items.front().price.amount_minor
    );
    bill.for_pending = true;
    bill.moves_status = false;
    tell("customer.subscription.updated", what);
    tell_draft(bill);
    finalize(bill);
    at_time(what.pending->expires_at, [this, id, invoice = bill.id] {
        expire_pending(id, invoice);
    });
    charge(bill, true);
}

void account::apply_pending(subscription& what) {
    what.items.front().price = what.pending->price;
    what.pending.reset();
    tell("customer.subscription.updated", what);
    tell("customer.subscription.pending_update_applied", what);
}

void account::expire_pending(const std::string& id, const std::string& invoice) {
    auto& what = subscriptions_.at(id);
    if (!what.pending || what.ended_at) {
        return;
    }
    what.pending.reset();
    tell("customer.subscription.updated", what);
    tell("customer.subscription.pending_update_expired", what);
    settle(invoices_.at(invoice), "void");
}

void account::add_item(const std::string& id, const price& sold, std::int64_t quantity) {
    begin_act();
    auto& what = subscriptions_.at(id);
    what.items.push_back({fresh("si"), sold, quantity});
    tell("customer.subscription.updated", what);
}

void account::set_quantity(const std::string& id, const price& of, std::int64_t quantity) {
    begin_act();
    auto& what = subscriptions_.at(id);
    item_of(what, of).quantity = quantity;
    tell("customer.subscription.updated", what);
}

void account::set_metadata(const std::string& id, const metadata& pairs) {
    begin_act();
    auto& what = subscriptions_.at(id);
    what.metadata = pairs;
    tell("customer.subscription.updated", what);
}

void account::move_lookup_key(const std::string& price) {
    for (auto& [id, what] : subscriptions_) {
        drop_lookup_key(what, price);
    }
    teller_.forget_lookup_key(price);
}

// An item with a cycle of its own is billed by use: for nothing, here.
void account::watch_item(const subscription& of, std::size_t item) {
    const auto end = *of.items[item].period_end;
    at_time(end, [this, id = of.id, item, end] { renew_item(id, item, end); });
}

void account::renew_item(const std::string& id, std::size_t item, instant which) {
    auto& what = subscriptions_.at(id);
    auto& own = what.items[item];
    if (what.ended_at || what.status != "active" || own.period_end != which) {
        return;
    }
    const auto length = which - *own.period_start;
    own.period_start = which;
    own.period_end = which + length;
    auto& next = draft(what, "subscription_cycle", 0);
    tell("customer.subscription.updated", what);
    tell_draft(next);
    at_time(now_ + settings_.collect_after, [this, invoice = next.id] { collect(invoice); });
    watch_item(what, item);
}

}  // namespace billhook::simulator
