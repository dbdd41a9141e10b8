#include "tools/simulator/lives.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

// What is billed: by hand, for a change that waits, for nothing, in other currencies and cycles.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::seconds;

// Paid for the year, so that no renewal comes in between.
std::string pay_the_year(stage& on) {
    return on.join(on.before_end(days{50}, days{80}), on.price_of(on.any_plan(), 12));
}

void one_off_fails(stage& on) {
    const auto made = pay_the_year(on);
    on.stripe().advance_to(on.before_end(days{2}, days{45}));
    on.stripe().set_card(on.customer, card::declining);
    one_off bill;
    bill.subscription = made;
    bill.names_subscription = on.random.chance(0.6);
    if (on.random.chance(0.4)) {
        bill.reason = "automatic_pending_invoice_item_invoice";
    }
    on.stripe().bill_once(on.customer, bill);
    if (on.random.chance(0.5)) {
        on.stripe().advance_to(on.before_end(2h, days{1}));
        on.stripe().set_quantity(made, on.stripe().at(made).items.front().price, 3);
    }
}

// Stripe says past_due for it after all.
void one_off_makes_past_due(stage& on) {
    on.keep_after_dunning();
    const auto made = pay_the_year(on);
    on.stripe().advance_to(on.before_end(days{2}, days{45}));
    on.stripe().set_card(on.customer, card::declining);
    one_off bill;
    bill.subscription = made;
    bill.moves_status = true;
    const auto invoice = on.stripe().bill_once(on.customer, bill);
    if (on.random.chance(0.3)) {
        on.stripe().advance_to(on.before_end(2h, 30h));
        on.stripe().set_card(on.customer, card::good);
        on.stripe().pay(invoice);
    }
}

// An upgrade is declined and kept aside, `age` before the end.
std::string upgrade_aside(stage& on, seconds age) {
    const auto start = on.start_before(on.before_end(age + 3h, days{26}));
    const auto made = on.join(start, std::size_t{0});
    on.stripe().advance_to(on.end() - age);
    on.stripe().set_card(on.customer, card::declining);
    on.stripe().change_price_once_paid(made, on.price_of(on.plans.plans.size() - 1));
    return made;
}

void upgrade_waits(stage& on) {
    upgrade_aside(on, on.span(1h, 20h));
}

void upgrade_expired(stage& on) {
    upgrade_aside(on, on.span(25h, days{20}));
}

void upgrade_paid_later(stage& on) {
    const auto age = on.span(23h, days{10});
    const auto made = upgrade_aside(on, age);
    on.stripe().advance_to(on.end() - age + on.span(5min, 20h));
    on.pay_latest(made);
}

void free_by_coupon(stage& on) {
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    options.free_coupon = true;
    const auto begin = on.before_end(days{2}, days{70});
    on.open(begin);
    on.subscribe(begin, options, card::none);
}

void free_by_price(stage& on) {
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    options.price.amount_minor = 0;
    const auto begin = on.before_end(days{2}, days{70});
    on.open(begin);
    on.subscribe(begin, options, card::none);
}

// Without decimals, or with three, the last of which is 0.
void other_currency(stage& on) {
    static const std::vector<std::string> currencies{"eur", "jpy", "kwd"};
    on.keep_after_dunning();
    auto sold = on.price_of(on.any_plan());
    sold.currency = on.random.one_of(currencies);
    sold.id += sold.currency;
    sold.amount_minor = sold.currency == "kwd" ? 9990 : 3300;
    const auto boundary = on.before_end(2h, days{6});
    on.join(on.start_before(boundary), sold);
    if (on.random.chance(0.5)) {
        on.stripe().advance_to(boundary - 20min);
        on.stripe().set_card(on.customer, card::declining);
    }
}

subscription_item calls() {
    subscription_item item;
    item.price = {"price_1calls", "prod_1calls", "", "Calls", 2, std::nullopt};
    item.price.metered = true;
    return item;
}

// An item billed by use stands before the plan's.
void metered_first(stage& on) {
    subscribe_options options;
    options.before = {calls()};
    options.price = on.price_of(on.any_plan());
    on.join(on.start_before(on.before_end(2h, days{26})), std::move(options));
}

// By the month what is used, by the year the plan.
void mixed_intervals(stage& on) {
    on.use_versions("2025-09-30.clover");
    on.flexible = true;
    const auto begin = on.before_end(days{35}, days{80});
    auto used = calls();
    used.period_start = begin;
    used.period_end = begin + days{30};
    subscribe_options options;
    options.before = {std::move(used)};
    options.price = on.price_of(on.any_plan(), 12);
    options.quantity = 5;
    const auto made = on.join(begin, std::move(options));
    if (on.random.chance(0.5)) {
        on.stripe().advance_to(on.before_end(2h, days{3}));
        on.stripe().cancel_at_period_end(made);
        on.stripe().advance_to(on.stripe().now() + 40s);
        on.stripe().undo_cancel(made);
    }
}

constexpr std::array billing_table{
    named_life{"one_off_fails",          3, one_off_fails         },
    named_life{"one_off_makes_past_due", 1, one_off_makes_past_due},
    named_life{"upgrade_waits",          2, upgrade_waits         },
    named_life{"upgrade_expired",        1, upgrade_expired       },
    named_life{"upgrade_paid_later",     1, upgrade_paid_later    },
    named_life{"free_by_coupon",         1, free_by_coupon        },
    named_life{"free_by_price",          1, free_by_price         },
    named_life{"other_currency",         1, other_currency        },
    named_life{"metered_first",          1, metered_first         },
    named_life{"mixed_intervals",        1, mixed_intervals       },
};

}  // namespace

std::span<const named_life> billing_lives() {
    return billing_table;
}

}  // namespace billhook::simulator
