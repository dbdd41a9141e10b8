#include "tools/simulator/lives.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

// Pauses: after a trial, on request, for nonpayment; resumed with and without money, or not at all.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::seconds;

constexpr const char* endive = "2026-09-30.endive";

// Half of the accounts hear why it is paused, the others have versions that cannot say it.
void choose_telling(stage& on) {
    on.use_versions(endive, on.random.chance(0.5));
}

subscribe_options paused_without_card(stage& on) {
    choose_telling(on);
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    options.trial = days{on.random.between(5, 21)};
    options.missing_payment_method = "pause";
    return options;
}

void paused(stage& on) {
    const auto options = paused_without_card(on);
    const auto begin = on.before_end(options.trial + 2h, options.trial + days{20});
    on.open(begin);
    on.subscribe(begin, options, card::none);
}

void resumed(stage& on) {
    const auto options = paused_without_card(on);
    const auto begin = on.before_end(options.trial + days{5}, options.trial + days{20});
    on.open(begin);
    const auto made = on.subscribe(begin, options, card::none);
    on.stripe().advance_to(on.before_end(1h, days{4}));
    on.stripe().set_card(on.customer, card::good);
    on.stripe().resume(made);
}

std::string pause_on_request(stage& on) {
    choose_telling(on);
    on.flexible = true;
    const auto made = on.pay_on(on.any_plan(), days{7});
    on.stripe().advance_to(on.before_end(days{3}, days{6}));
    on.stripe().pause(made);
    return made;
}

void paused_on_request(stage& on) {
    pause_on_request(on);
}

void resumed_on_request(stage& on) {
    const auto made = pause_on_request(on);
    on.stripe().advance_to(on.before_end(1h, days{2}));
    on.stripe().resume(
        made, on.random.chance(0.5) ? resuming::with_invoice : resuming::without_payment
    );
}

void resumed_without_money(stage& on) {
    const auto made = pause_on_request(on);
    on.keep_after_dunning();
    on.stripe().advance_to(on.before_end(1h, days{2}));
    on.stripe().set_card(on.customer, card::declining);
    on.stripe().resume(made);
}

void canceled_while_paused(stage& on) {
    const auto made = pause_on_request(on);
    on.stripe().advance_to(on.before_end(1h, days{2}));
    on.stripe().cancel_now(made, "cancellation_requested");
}

// Whoever owes and asks for a pause still owes.
void paused_while_owing(stage& on) {
    choose_telling(on);
    on.flexible = true;
    const auto plan = on.any_plan();
    const auto rules = on.policy(plan);
    const auto age = on.span(days{3}, rules.grace + rules.restricted + days{6});
    const auto made = on.fail_for(plan, age);
    on.stripe().advance_to(on.end() - age + on.span(1h, 20h));
    on.stripe().pause(made);
    if (on.random.chance(0.4)) {
        on.stripe().advance_to(on.before_end(1h, age - days{1}));
        on.pay_latest(made);
    }
}

// Stripe pauses for nonpayment, `age` before the end or a few seconds or retries later.
std::string pause_for_failure(stage& on, std::size_t plan, seconds age) {
    choose_telling(on);
    if (on.random.chance(0.6)) {
        on.stripe_settings.pause_after_failure = on.random.chance(0.5) ? 0s : 5s;
    }
    on.stripe_settings.at_end = dunning_end::pause;
    return on.fail_for(plan, age);
}

void paused_for_nonpayment(stage& on) {
    const auto plan = on.any_plan();
    const auto rules = on.policy(plan);
    pause_for_failure(on, plan, on.span(1h, rules.grace + rules.restricted + days{6}));
}

void pause_paid(stage& on) {
    const auto age = on.span(days{16}, days{40});
    const auto made = pause_for_failure(on, on.any_plan(), age);
    on.stripe().advance_to(on.before_end(1h, age - days{15}));
    on.pay_latest(made);
}

// The payment is said, the resumption is not: not yet, or it never comes.
void pause_paid_unsaid(stage& on) {
    const auto made = pause_for_failure(on, on.any_plan(), on.span(days{21}, days{26}));
    on.stripe().advance_to(
        on.random.chance(0.5) ? on.before_end(1h, days{2}) : on.before_end(days{4}, days{5})
    );
    on.stripe().lose("customer.subscription.");
    on.pay_latest(made);
}

void pause_forgiven(stage& on) {
    const auto age = on.span(days{16}, days{26});
    const auto made = pause_for_failure(on, on.any_plan(), age);
    on.stripe().advance_to(on.before_end(1h, age - days{15}));
    if (on.random.chance(0.5)) {
        on.stripe().resume(made, resuming::without_payment);
    } else {
        on.stripe().mark_uncollectible(on.stripe().at(made).latest_invoice);
    }
}

// A voided invoice resumes nothing.
void pause_voided(stage& on) {
    const auto age = on.span(days{16}, days{26});
    const auto made = pause_for_failure(on, on.any_plan(), age);
    on.stripe().advance_to(on.before_end(1h, age - days{15}));
    on.stripe().void_invoice(on.stripe().at(made).latest_invoice);
}

constexpr std::array pausing_table{
    named_life{"paused",                3, paused               },
    named_life{"resumed",               2, resumed              },
    named_life{"paused_on_request",     2, paused_on_request    },
    named_life{"resumed_on_request",    1, resumed_on_request   },
    named_life{"resumed_without_money", 1, resumed_without_money},
    named_life{"canceled_while_paused", 1, canceled_while_paused},
    named_life{"paused_while_owing",    2, paused_while_owing   },
    named_life{"paused_for_nonpayment", 3, paused_for_nonpayment},
    named_life{"pause_paid",            1, pause_paid           },
    named_life{"pause_paid_unsaid",     2, pause_paid_unsaid    },
    named_life{"pause_forgiven",        1, pause_forgiven       },
    named_life{"pause_voided",          1, pause_voided         },
};

}  // namespace

std::span<const named_life> pausing_lives() {
    return pausing_table;
}

}  // namespace billhook::simulator
