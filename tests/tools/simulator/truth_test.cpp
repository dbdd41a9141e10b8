#include "tools/simulator/truth.hpp"

#include "tests/tools/simulator/plans_for_tests.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

// The worked lives of Billhook's rules, lived on the simulated Stripe.
namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const instant day_0 = from_unix_seconds(1'767'225'600);

price basic() {
    return {"price_basic", "prod_basic", "basic_monthly", "Basic", 2900, 0};
}
price enterprise() {
    return {"price_enterprise", "prod_enterprise", "enterprise_monthly", "Enterprise", 9900, 1};
}

// Access of who is paused since a trial ended.
constexpr const char* after_trial = "none";

struct stage_of_one {
    explicit stage_of_one(dunning_end at_end = dunning_end::past_due)
        : stage_of_one(settings_with(at_end)) {}
    explicit stage_of_one(const account_settings& settings) : stripe(settings, day_0) {
        customer = stripe.create_customer({});
    }
    static account_settings settings_with(dunning_end at_end) {
        account_settings settings;
        settings.prefix = "Test";
        settings.period = days{30};
        settings.retries = {days{3}, days{14}};
        settings.at_end = at_end;
        return settings;
    }
    std::string opening(const price& sold = basic(), card kind = card::good) {
        stripe.set_card(customer, kind);
        subscribe_options options;
        options.price = sold;
        options.flexible = true;
        return stripe.subscribe(customer, options);
    }
    std::string failing_renewal() {
        auto made = opening();
        stripe.set_card(customer, card::declining);
        to(days{30} + 1h);
        return made;
    }
    void to(std::chrono::seconds since) { stripe.advance_to(day_0 + since); }
    void pays_latest(const std::string& of) {
        stripe.set_card(customer, card::good);
        stripe.pay(stripe.at(of).latest_invoice);
    }
    std::string at(std::chrono::seconds since) {
        to(since);
        const subject who{organization_id("org_1"), std::nullopt, &stripe};
        const auto is = answer_at(who, plans_for_tests(), day_0 + since);
        return is.plan + " " + is.subscription_status + " " + is.access + " " + is.reason;
    }
    account stripe;
    std::string customer;
};

TEST_CASE("truth: a renewal that goes well is paid") {
    stage_of_one s;
    s.opening();
    CHECK(s.at(days{10}) == "basic active full paid");
    CHECK(s.at(days{30} + 2h) == "basic active full paid");
}

TEST_CASE("truth: a trial converts or pauses or is canceled") {
    for (const auto* missing : {"create_invoice", "pause", "cancel"}) {
        CAPTURE(missing);
        stage_of_one s;
        const bool converts = std::string(missing) == "create_invoice";
        s.stripe.set_card(s.customer, converts ? card::good : card::none);
        subscribe_options options;
        options.price = basic();
        options.trial = days{14};
        options.missing_payment_method = missing;
        const auto made = s.stripe.subscribe(s.customer, options);
        CHECK(s.at(days{13}) == "basic trialing full trialing");
        const auto after = s.at(days{14} + 2h);
        if (converts) {
            CHECK(after == "basic active full paid");
        } else if (std::string(missing) == "cancel") {
            CHECK(after == "basic canceled none canceled");
        } else {
            CHECK(after == "basic paused " + std::string(after_trial) + " paused");
            s.to(days{20});
            s.stripe.set_card(s.customer, card::good);
            s.stripe.resume(made);
            CHECK(s.at(days{20} + 1min) == "basic active full paid");
        }
    }
}

TEST_CASE("truth: an unpaid renewal is judged by its age") {
    for (const auto end : {dunning_end::past_due, dunning_end::unpaid}) {
        stage_of_one s(end);
        s.failing_renewal();
        CHECK(s.at(days{30} + 1h) == "basic past_due full grace");
        CHECK(s.at(days{37} + 1h - 1s) == "basic past_due full grace");
        CHECK(s.at(days{37} + 1h) == "basic past_due restricted restricted");
        const std::string status = end == dunning_end::unpaid ? "unpaid" : "past_due";
        CHECK(s.at(days{51} + 1h - 1s) == "basic " + status + " restricted restricted");
        CHECK(s.at(days{51} + 1h) == "basic " + status + " none unpaid");
        CHECK(s.at(days{62}) == "basic " + status + " none unpaid");
    }
}

TEST_CASE("truth: payment ends the case and a later failure begins another") {
    stage_of_one s;
    const auto made = s.failing_renewal();
    s.to(days{38});
    s.pays_latest(made);
    CHECK(s.at(days{38}) == "basic active full paid");
    s.stripe.set_card(s.customer, card::declining);
    CHECK(s.at(days{60} + 2h) == "basic past_due full grace");
    CHECK(s.at(days{67} + 1h) == "basic past_due restricted restricted");
}

TEST_CASE("truth: a payer of the next invoice owes nothing for the old one") {
    stage_of_one s;
    s.failing_renewal();
    CHECK(s.at(days{59}) == "basic past_due none unpaid");
    s.stripe.set_card(s.customer, card::good);
    CHECK(s.at(days{60} + 2h) == "basic active full paid");
    CHECK(s.at(days{63}) == "basic active full paid");
}

TEST_CASE("truth: paid without the word active is settled") {
    stage_of_one s;
    const auto made = s.failing_renewal();
    s.to(days{38} + 10h);
    s.stripe.lose("customer.subscription.");
    s.pays_latest(made);
    CHECK(s.at(days{38} + 11h) == "basic past_due full settled");
}

TEST_CASE("truth: a write-off ends the case only when Stripe says active") {
    stage_of_one by_hand;
    const auto made = by_hand.failing_renewal();
    by_hand.to(days{38});
    by_hand.stripe.mark_uncollectible(by_hand.stripe.at(made).latest_invoice);
    CHECK(by_hand.at(days{38}) == "basic active full paid");
    stage_of_one unheard;
    const auto other = unheard.failing_renewal();
    unheard.to(days{38});
    unheard.stripe.lose("customer.subscription.");
    unheard.stripe.mark_uncollectible(unheard.stripe.at(other).latest_invoice);
    CHECK(unheard.at(days{38}) == "basic past_due restricted restricted");
    CHECK(unheard.at(days{52}) == "basic past_due none unpaid");
}

TEST_CASE("truth: a voided invoice ends the case only when Stripe says active") {
    stage_of_one s;
    const auto made = s.failing_renewal();
    s.to(days{32});
    s.stripe.void_invoice(s.stripe.at(made).latest_invoice);
    CHECK(s.at(days{38}) == "basic active full paid");
}

TEST_CASE("truth: canceled in a case is canceled") {
    stage_of_one s;
    const auto made = s.failing_renewal();
    s.to(days{40});
    CHECK(s.at(days{40}) == "basic past_due restricted restricted");
    s.stripe.cancel_now(made, "cancellation_requested");
    CHECK(s.at(days{60}) == "basic canceled none canceled");
}

TEST_CASE("truth: an incomplete sign-up counts only after the organization's own trial") {
    stage_of_one s;
    s.to(days{13} + 20h);
    const auto made = s.opening(enterprise(), card::declining);
    CHECK(s.at(days{13} + 22h) == "basic trial full trial");
    CHECK(s.at(days{14}) == "enterprise incomplete none incomplete");
    s.pays_latest(made);
    CHECK(s.at(days{14} + 2h) == "enterprise active full paid");
    stage_of_one never;
    never.to(days{5});
    never.opening(enterprise(), card::declining);
    CHECK(never.at(days{6}) == "basic trial full trial");
    CHECK(never.at(days{14}) == "enterprise incomplete_expired none incomplete");
}

TEST_CASE("truth: a cancellation that nobody hears of ends the standing after 72 hours") {
    stage_of_one s;
    const auto made = s.opening();
    s.to(days{10});
    s.stripe.cancel_at_period_end(made);
    CHECK(s.at(days{29}) == "basic active full paid");
    s.stripe.lose("");
    CHECK(s.at(days{33} - 1s) == "basic active full paid");
    CHECK(s.at(days{33}) == "basic active none ended");
}

TEST_CASE("truth: of two subscriptions the better access counts and then the higher plan") {
    stage_of_one s;
    s.opening(basic());
    const auto top = s.opening(enterprise());
    CHECK(s.at(days{1}) == "enterprise active full paid");
    s.stripe.cancel_now(top, "cancellation_requested");
    CHECK(s.at(days{2}) == "basic active full paid");
}

TEST_CASE("truth: without a subscription the trial counts from the earliest that is known") {
    stage_of_one s;
    CHECK(s.at(days{14} - 1s) == "basic trial full trial");
    CHECK(s.at(days{14}) == "basic none none trial_over");
    const catalogue plans = plans_for_tests();
    const subject row{
        organization_id("org_2"), organization_row{day_0, ""},
         nullptr
    };
    CHECK(answer_at(row, plans, day_0 + days{13}).reason == "trial");
    CHECK(answer_at(row, plans, day_0 + days{14}).reason == "trial_over");
    const subject linked{
        organization_id("org_3"), organization_row{day_0, "cus_x"},
         nullptr
    };
    CHECK(answer_at(linked, plans, day_0 + days{99}).reason == "unknown");
}

}  // namespace
}  // namespace billhook::simulator
