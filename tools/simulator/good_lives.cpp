#include "tools/simulator/lives.hpp"

#include <array>
#include <utility>

// Lives without a failing payment: trials, sign-ups, changes, ends.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::seconds;

subscribe_options with_trial(stage& on, std::string missing_payment_method) {
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    options.trial = days{on.random.between(5, 21)};
    options.missing_payment_method = std::move(missing_payment_method);
    return options;
}

seconds percent(seconds of, int part) {
    return of * part / 100;
}

void trial(stage& on) {
    on.need_customer_mapping();
    const auto begin = on.before_end(percent(on.plans.trial, 3), percent(on.plans.trial, 95));
    if (on.random.chance(0.3)) {
        on.life.row = organization_row{begin, ""};
    } else {
        on.open(begin);
    }
}

void trial_over(stage& on) {
    on.need_customer_mapping();
    const auto begin = on.before_end(on.plans.trial + 3h, on.plans.trial + days{40});
    if (on.random.chance(0.3)) {
        on.life.row = organization_row{begin, ""};
    } else {
        on.open(begin);
    }
}

// Pays since before Billhook: a customer in the application's table, of whom Stripe says nothing.
void unknown(stage& on) {
    on.life.row = organization_row{
        on.before_end(days{1}, days{80}), "cus_1" + on.stripe_settings.prefix + "before"};
}

void trial_incomplete(stage& on) {
    const auto begin = on.before_end(percent(on.plans.trial, 40), percent(on.plans.trial, 90));
    on.open(begin);
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    const auto kind = on.random.chance(0.5) ? card::declining : card::needs_action;
    on.subscribe(begin + percent(on.plans.trial, on.random.chance(0.5) ? 10 : 35), options, kind);
}

void incomplete(stage& on) {
    on.open(on.before_end(on.plans.trial + days{3}, on.plans.trial + days{30}));
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    const auto when = on.random.chance(0.5) ? on.before_end(1h, 20h) : on.before_end(26h, 60h);
    on.subscribe(when, options, on.random.chance(0.5) ? card::declining : card::needs_action);
}

void paid_after_incomplete(stage& on) {
    const auto begin = on.before_end(days{2}, days{26});
    on.open(begin);
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    const auto made = on.subscribe(begin, options, card::needs_action);
    on.stripe().advance_to(begin + on.span(2min, 20h));
    on.stripe().set_card(on.customer, card::good);
    on.stripe().pay(on.stripe().at(made).latest_invoice);
}

void trialing(stage& on) {
    const auto options = with_trial(on, "create_invoice");
    const auto begin = on.before_end(1h, options.trial - 3h);
    on.open(begin);
    on.subscribe(begin, options, on.random.chance(0.5) ? card::good : card::none);
}

void converted(stage& on) {
    const auto options = with_trial(on, "create_invoice");
    const auto begin = on.before_end(options.trial + 2h, options.trial + days{50});
    on.open(begin);
    on.subscribe(begin, options, card::good);
}

void loyal(stage& on) {
    on.pay_on(on.any_plan());
}

void changes_plan(stage& on) {
    const auto from = on.any_plan();
    const auto to = (from + 1) % on.plans.plans.size();
    const auto made = on.pay_on(from, days{4});
    on.stripe().advance_to(on.before_end(1h, days{3}));
    if (from == to) {
        return;
    }
    on.stripe().change_price(made, on.price_of(to), on.random.chance(0.7));
    // Back again in the same second: a circle.
    if (on.random.chance(0.2)) {
        on.stripe().change_price(made, on.price_of(from), false);
    }
}

void changes_mind(stage& on) {
    const auto made = on.pay_on(on.any_plan(), days{5});
    on.stripe().advance_to(on.before_end(days{2}, days{4}));
    on.stripe().cancel_at_period_end(made);
    if (on.random.chance(0.8)) {
        on.stripe().advance_to(on.before_end(1h, days{1}));
    }
    on.stripe().undo_cancel(made);
}

void will_cancel(stage& on) {
    const auto made = on.pay_on(on.any_plan(), days{5});
    on.stripe().advance_to(on.before_end(1h, days{4}));
    on.stripe().cancel_at_period_end(made);
}

void canceled_now(stage& on) {
    const auto made = on.pay_on(on.any_plan(), days{5});
    on.stripe().advance_to(on.before_end(1h, days{4}));
    if (on.random.chance(0.3)) {
        on.stripe().cancel_at_period_end(made);
    }
    on.stripe().cancel_now(made, "cancellation_requested");
}

std::string cancel_before(stage& on, instant boundary) {
    const auto made = on.join(on.start_before(boundary), on.any_plan());
    on.stripe().advance_to(boundary - on.span(days{1}, days{9}));
    on.stripe().cancel_at_period_end(made);
    return made;
}

void canceled_at_period_end(stage& on) {
    cancel_before(on, on.before_end(1h, days{20}));
}

// The deletion that was due is never said.
void ended(stage& on) {
    cancel_before(on, on.before_end(days{4}, days{12}));
    on.stripe().lose("");
}

// Nothing is heard of the latest renewal, nor of anything after it.
void silent(stage& on) {
    const auto boundary = on.before_end(days{1}, days{12});
    on.join(on.start_before(boundary), on.any_plan());
    on.stripe().advance_to(boundary - on.span(1h, days{5}));
    on.stripe().lose("");
}

void trial_canceled(stage& on) {
    const auto options = with_trial(on, "cancel");
    const auto begin = on.before_end(options.trial + 2h, options.trial + days{20});
    on.open(begin);
    on.subscribe(begin, options, card::none);
}

void customer_deleted(stage& on) {
    on.pay_on(on.any_plan(), days{5});
    on.stripe().advance_to(on.before_end(1h, days{4}));
    on.stripe().delete_customer(on.customer);
}

void comes_back(stage& on) {
    const auto first = on.before_end(days{20}, days{60});
    const auto made = on.join(first, on.any_plan());
    on.stripe().advance_to(first + on.span(1h, days{15}));
    on.stripe().cancel_now(made, "cancellation_requested");
    on.join(on.before_end(1h, days{4}), on.any_plan());
}

void two_subscriptions(stage& on) {
    const auto first = on.pay_on(0, days{5});
    const auto second = on.join(on.before_end(days{2}, days{4}), on.plans.plans.size() - 1);
    if (on.random.chance(0.4)) {
        on.stripe().advance_to(on.before_end(1h, days{1}));
        on.stripe().cancel_now(on.random.chance(0.5) ? first : second, "cancellation_requested");
    }
}

void collection_paused(stage& on) {
    static const std::vector<std::string> behaviors{"keep_as_draft", "mark_uncollectible", "void"};
    const auto boundary = on.before_end(days{1}, days{20});
    const auto made = on.join(on.start_before(boundary), on.any_plan());
    on.stripe().advance_to(boundary - on.span(1h, days{5}));
    on.stripe().pause_collection(made, on.random.one_of(behaviors));
}

constexpr std::array good_table{
    named_life{"trial",                  6,  trial                 },
    named_life{"trial_over",             4,  trial_over            },
    named_life{"unknown",                3,  unknown               },
    named_life{"trial_incomplete",       2,  trial_incomplete      },
    named_life{"incomplete",             3,  incomplete            },
    named_life{"paid_after_incomplete",  3,  paid_after_incomplete },
    named_life{"trialing",               6,  trialing              },
    named_life{"converted",              6,  converted             },
    named_life{"loyal",                  16, loyal                 },
    named_life{"changes_plan",           6,  changes_plan          },
    named_life{"changes_mind",           3,  changes_mind          },
    named_life{"will_cancel",            3,  will_cancel           },
    named_life{"canceled_now",           3,  canceled_now          },
    named_life{"canceled_at_period_end", 4,  canceled_at_period_end},
    named_life{"ended",                  1,  ended                 },
    named_life{"silent",                 1,  silent                },
    named_life{"trial_canceled",         2,  trial_canceled        },
    named_life{"customer_deleted",       1,  customer_deleted      },
    named_life{"comes_back",             2,  comes_back            },
    named_life{"two_subscriptions",      3,  two_subscriptions     },
    named_life{"collection_paused",      2,  collection_paused     },
};

}  // namespace

std::span<const named_life> good_lives() {
    return good_table;
}

}  // namespace billhook::simulator
