#include "tools/simulator/lives.hpp"

#include <algorithm>
#include <array>

// Lives in which a payment fails: what Stripe tries, what the customer does, how it ends.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::seconds;

void grace(stage& on) {
    on.keep_after_dunning();
    const auto plan = on.any_plan();
    on.fail_for(plan, on.span(1h, on.policy(plan).grace - 3h));
}

void restricted(stage& on) {
    on.keep_after_dunning();
    const auto plan = on.any_plan();
    const auto rules = on.policy(plan);
    on.fail_for(plan, on.span(rules.grace + 1h, rules.grace + rules.restricted - 3h));
}

void unpaid(stage& on) {
    on.keep_after_dunning();
    const auto plan = on.any_plan();
    const auto rules = on.policy(plan);
    const auto gone = rules.grace + rules.restricted;
    on.fail_for(plan, on.span(gone + 1h, gone + days{6}));
}

void authentication_due(stage& on) {
    const auto plan = on.any_plan();
    on.fail_for(plan, on.span(1h, on.policy(plan).grace - 3h), card::needs_action);
}

void authenticated(stage& on) {
    const auto made = on.fail_for(on.any_plan(), on.span(days{2}, days{20}), card::needs_action);
    on.stripe().advance_to(on.end() - on.span(1h, days{1}));
    on.pay_latest(made);
}

void upgrade_declined(stage& on) {
    on.keep_after_dunning();
    const auto made = on.join(on.start_before(on.before_end(days{4}, days{26})), 0);
    on.stripe().advance_to(on.before_end(1h, days{3}));
    on.stripe().set_card(on.customer, card::declining);
    on.stripe().change_price(made, on.price_of(on.plans.plans.size() - 1), true);
}

void trial_ends_without_money(stage& on) {
    on.keep_after_dunning();
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    options.trial = days{14};
    const auto begin = on.before_end(options.trial + 2h, options.trial + days{30});
    on.open(begin);
    on.subscribe(begin, options, on.random.chance(0.5) ? card::none : card::declining);
}

void recovers_by_retry(stage& on) {
    const auto age = on.span(days{9}, days{26});
    on.fail_for(on.any_plan(), age);
    on.stripe().advance_to(on.end() - age + on.span(1h, days{4}));
    on.stripe().set_card(on.customer, card::good);
}

void recovers_by_hand(stage& on) {
    on.keep_after_dunning();
    on.stripe_settings.write_off = false;
    const auto age = on.span(days{2}, days{26});
    const auto made = on.fail_for(on.any_plan(), age);
    on.stripe().advance_to(on.before_end(1h, age - days{1}));
    on.pay_latest(made);
}

// Pays the next renewal, never the one that failed.
void leaves_one_behind(stage& on) {
    on.stripe_settings.at_end = dunning_end::past_due;
    const auto age = on.span(days{33}, days{45});
    on.fail_for(on.any_plan(), age);
    on.stripe().advance_to(on.end() - age + on.span(days{16}, days{26}));
    on.stripe().set_card(on.customer, card::good);
}

void fails_again(stage& on) {
    on.keep_after_dunning();
    on.stripe_settings.write_off = false;
    const auto age = on.span(days{31}, days{36});
    const auto made = on.fail_for(on.any_plan(), age);
    on.stripe().advance_to(on.end() - age + on.span(1h, days{10}));
    on.pay_latest(made);
    on.stripe().set_card(on.customer, card::declining);
}

// The payment is said, the subscription's recovery is not.
void settled(stage& on) {
    on.stripe_settings.at_end = dunning_end::past_due;
    const auto age = on.span(days{3}, days{20});
    const auto made = on.fail_for(on.any_plan(), age);
    on.stripe().advance_to(on.before_end(1h, days{2}));
    on.stripe().lose("customer.subscription.");
    on.pay_latest(made);
}

void voided(stage& on) {
    const auto age = on.span(days{2}, days{20});
    on.keep_after_dunning();
    on.stripe_settings.write_off = false;
    on.stripe_settings.at_end = dunning_end::past_due;
    const auto made = on.fail_for(on.any_plan(), age);
    on.stripe().advance_to(on.before_end(1h, age - days{1}));
    on.stripe().void_invoice(on.stripe().at(made).latest_invoice);
}

void written_off(stage& on) {
    const auto age = on.span(days{2}, days{20});
    on.stripe_settings.at_end = dunning_end::past_due;
    const auto made = on.fail_for(on.any_plan(), age);
    on.stripe().advance_to(on.before_end(1h, age - days{1}));
    on.stripe().mark_uncollectible(on.stripe().at(made).latest_invoice);
}

void dunning_cancels(stage& on) {
    on.stripe_settings.at_end = dunning_end::cancel;
    on.stripe_settings.write_off = on.random.chance(0.5);
    on.fail_for(on.any_plan(), on.span(days{15}, days{26}));
}

void cancels_in_dunning(stage& on) {
    on.keep_after_dunning();
    const auto age = on.span(days{2}, days{20});
    const auto made = on.fail_for(on.any_plan(), age);
    on.stripe().advance_to(on.before_end(1h, age - days{1}));
    on.stripe().cancel_now(made, "cancellation_requested");
}

// The dearer of two subscriptions fails, the other was paid before and has a long way to go.
void one_of_two_fails(stage& on) {
    on.keep_after_dunning();
    const auto top = on.plans.plans.size() - 1;
    const auto rules = on.policy(top);
    const auto age = on.span(1h, std::min<seconds>(rules.grace + rules.restricted, days{26}));
    const auto boundary = on.end() - age - on.stripe_settings.collect_after;
    on.join(on.start_before(boundary), top);
    on.stripe().advance_to(boundary - 20min);
    on.join(boundary - 10min, 0);
    on.stripe().set_card(on.customer, card::declining);
    on.stripe().advance_to(boundary + 2h);
    on.stripe().set_card(on.customer, card::needs_action);
}

constexpr std::array failing_table{
    named_life{"grace",                    8, grace                   },
    named_life{"restricted",               7, restricted              },
    named_life{"unpaid",                   6, unpaid                  },
    named_life{"authentication_due",       2, authentication_due      },
    named_life{"authenticated",            2, authenticated           },
    named_life{"upgrade_declined",         3, upgrade_declined        },
    named_life{"trial_ends_without_money", 3, trial_ends_without_money},
    named_life{"recovers_by_retry",        4, recovers_by_retry       },
    named_life{"recovers_by_hand",         4, recovers_by_hand        },
    named_life{"leaves_one_behind",        2, leaves_one_behind       },
    named_life{"fails_again",              2, fails_again             },
    named_life{"settled",                  1, settled                 },
    named_life{"voided",                   2, voided                  },
    named_life{"written_off",              2, written_off             },
    named_life{"dunning_cancels",          4, dunning_cancels         },
    named_life{"cancels_in_dunning",       2, cancels_in_dunning      },
    named_life{"one_of_two_fails",         3, one_of_two_fails        },
};

}  // namespace

std::span<const named_life> failing_lives() {
    return failing_table;
}

}  // namespace billhook::simulator
