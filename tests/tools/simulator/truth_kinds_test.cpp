#include "tests/tools/simulator/plans_for_tests.hpp"
#include "tools/simulator/truth.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

// What real accounts do: pauses, bills beside the subscription's own, prices in and out of the
// catalogue, customers from before the log. Each life's answer as the rules have it.
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
price contract() {
    return {"price_contract", "prod_contract", "", "Own contract", 4900, std::nullopt};
}
price extra() {
    price made{"price_sms", "prod_sms", "sms_pack", "Text messages", 900, std::nullopt};
    made.addon = true;
    return made;
}

constexpr const char* tells = "2026-09-30.endive";
constexpr const char* tells_not = "2025-09-30.clover";

account_settings settings_of(const char* version) {
    account_settings settings;
    settings.prefix = "Test";
    settings.api_versions = {version};
    settings.period = days{30};
    settings.retries = {days{3}, days{14}};
    return settings;
}

struct one_life {
    explicit one_life(const account_settings& settings = settings_of(tells), bool heard = true)
        : stripe(settings, day_0) {
        if (!heard) {
            stripe.lose("");
        }
        customer = stripe.create_customer({});
        stripe.set_card(customer, card::good);
    }
    std::string buys(const price& sold, std::int64_t quantity = 1) {
        subscribe_options options;
        options.price = sold;
        options.quantity = quantity;
        options.flexible = true;
        return stripe.subscribe(customer, options);
    }
    // Declined first at day 30 and an hour.
    std::string fails() {
        auto made = buys(basic());
        stripe.set_card(customer, card::declining);
        to(days{30} + 1h);
        return made;
    }
    void to(std::chrono::seconds since) { stripe.advance_to(day_0 + since); }
    void pays(const std::string& subscription) {
        stripe.set_card(customer, card::good);
        stripe.pay(stripe.at(subscription).latest_invoice);
    }
    [[nodiscard]] subject who() const { return {organization_id("org_1"), row, &stripe}; }
    std::string at(std::chrono::seconds since) {
        to(since);
        const auto is = answer_at(who(), plans_for_tests(), day_0 + since);
        return is.plan + " " + is.subscription_status + " " + is.access + " " + is.reason;
    }
    account stripe;
    std::string customer;
    std::optional<organization_row> row;
};

TEST_CASE("truth: a pause on request is restricted and ends with its resumption") {
    for (const auto* version : {tells, tells_not}) {
        for (const auto how : {resuming::with_invoice, resuming::without_payment}) {
            one_life s(settings_of(version));
            const auto made = s.buys(basic());
            s.to(days{10});
            s.stripe.pause(made);
            CHECK(s.at(days{11}) == "basic paused restricted paused");
            CHECK(s.at(days{50}) == "basic paused restricted paused");
            s.stripe.resume(made, how);
            CHECK(s.at(days{50} + 1h) == "basic active full paid");
        }
    }
}

TEST_CASE("truth: who resumes without money begins to owe then") {
    one_life s;
    const auto made = s.buys(basic());
    s.to(days{10});
    s.stripe.pause(made);
    s.stripe.set_card(s.customer, card::declining);
    s.to(days{20});
    s.stripe.resume(made);
    CHECK(s.at(days{27} - 1s) == "basic past_due full grace");
    CHECK(s.at(days{27}) == "basic past_due restricted restricted");
}

TEST_CASE("truth: a pause for nonpayment is judged by the age of what is owed") {
    for (const auto* version : {tells, tells_not}) {
        for (const auto after : {0s, 5s}) {
            CAPTURE(version);
            auto settings = settings_of(version);
            settings.pause_after_failure = after;
            one_life s(settings);
            s.fails();
            CHECK(s.at(days{31}) == "basic paused full grace");
            CHECK(s.at(days{37} + 1h) == "basic paused restricted restricted");
            CHECK(s.at(days{51} + 1h) == "basic paused none unpaid");
            CHECK(s.at(days{99}) == "basic paused none unpaid");
        }
        auto settings = settings_of(version);
        settings.at_end = dunning_end::pause;
        one_life last(settings);
        last.fails();
        CHECK(last.at(days{37} + 1h) == "basic past_due restricted restricted");
        CHECK(last.at(days{45}) == "basic paused restricted restricted");
        CHECK(last.at(days{51} + 1h) == "basic paused none unpaid");
    }
}

TEST_CASE("truth: a payment ends a pause for nonpayment and if unsaid settles it for 72 hours") {
    for (const auto* version : {tells, tells_not}) {
        auto settings = settings_of(version);
        settings.pause_after_failure = 0s;
        one_life s(settings);
        const auto made = s.fails();
        s.to(days{40});
        s.pays(made);
        CHECK(s.at(days{40}) == "basic active full paid");
        one_life unsaid(settings);
        const auto other = unsaid.fails();
        unsaid.to(days{40});
        unsaid.stripe.lose("customer.subscription.");
        unsaid.pays(other);
        CHECK(unsaid.at(days{43} - 1s) == "basic paused full settled");
        CHECK(unsaid.at(days{43}) == "basic paused restricted paused");
    }
}

TEST_CASE("truth: a voided invoice leaves a pause for nonpayment owing and a write-off ends it") {
    auto settings = settings_of(tells);
    settings.pause_after_failure = 5s;
    one_life s(settings);
    const auto made = s.fails();
    s.to(days{32});
    s.stripe.void_invoice(s.stripe.at(made).latest_invoice);
    CHECK(s.at(days{38}) == "basic paused restricted restricted");
    one_life other(settings);
    const auto forgiven = other.fails();
    other.to(days{32});
    other.stripe.mark_uncollectible(other.stripe.at(forgiven).latest_invoice);
    CHECK(other.at(days{38}) == "basic active full paid");
}

TEST_CASE("truth: a resumption without payment frees of the old invoice") {
    auto settings = settings_of(tells);
    settings.pause_after_failure = 5s;
    one_life s(settings);
    const auto made = s.fails();
    s.to(days{38});
    s.stripe.resume(made, resuming::without_payment);
    CHECK(s.at(days{60}) == "basic active full paid");
}

TEST_CASE("truth: a pause on request settles nothing and gives no more than a pause") {
    one_life s;
    const auto made = s.fails();
    s.to(days{31});
    s.stripe.pause(made);
    CHECK(s.at(days{32}) == "basic paused restricted paused");
    CHECK(s.at(days{37} + 1h) == "basic paused restricted restricted");
    CHECK(s.at(days{51} + 1h) == "basic paused none unpaid");
    s.pays(made);
    CHECK(s.at(days{52}) == "basic paused restricted paused");
    // Where nobody says that it was on request, it is for what is owed.
    one_life untold(settings_of(tells_not));
    const auto other = untold.fails();
    untold.to(days{31});
    untold.stripe.pause(other);
    CHECK(untold.at(days{32}) == "basic paused full grace");
}

TEST_CASE("truth: a bill beside the subscription's own takes nothing away") {
    for (const auto* reason : {"manual", "automatic_pending_invoice_item_invoice"}) {
        for (const bool named : {true, false}) {
            auto settings = settings_of(tells);
            settings.period = 0s;
            one_life s(settings);
            auto yearly = basic();
            yearly.months = 12;
            const auto made = s.buys(yearly);
            s.to(days{20});
            s.stripe.set_card(s.customer, card::declining);
            one_off bill;
            bill.subscription = made;
            bill.reason = reason;
            bill.names_subscription = named;
            s.stripe.bill_once(s.customer, bill);
            CHECK(s.at(days{21}) == "basic active full paid");
            CHECK(s.at(days{80}) == "basic active full paid");
        }
    }
    one_life s;
    const auto made = s.buys(basic());
    s.to(days{2});
    s.stripe.set_card(s.customer, card::declining);
    one_off bill;
    bill.subscription = made;
    bill.moves_status = true;
    const auto invoice = s.stripe.bill_once(s.customer, bill);
    CHECK(s.at(days{9}) == "basic past_due full grace");
    CHECK(s.at(days{9} + 1h) == "basic past_due restricted restricted");
    s.stripe.set_card(s.customer, card::good);
    s.stripe.pay(invoice);
    CHECK(s.at(days{10}) == "basic active full paid");
}

TEST_CASE("truth: a declined upgrade that waits for its payment is not owed") {
    one_life s;
    const auto made = s.buys(basic());
    s.to(days{2});
    s.stripe.set_card(s.customer, card::declining);
    s.stripe.change_price_once_paid(made, enterprise());
    CHECK(s.at(days{2} + 1h) == "basic active full paid");
    CHECK(s.at(days{3}) == "basic active full paid");
    CHECK(s.at(days{20}) == "basic active full paid");
    s.stripe.change_price_once_paid(made, enterprise());
    s.pays(made);
    CHECK(s.at(days{21}) == "enterprise active full paid");
}

TEST_CASE("truth: a price keeps its plan when its key moves on") {
    one_life s;
    s.buys(basic());
    s.stripe.move_lookup_key("price_basic");
    CHECK(s.at(days{31}) == "basic active full paid");
}

TEST_CASE("truth: of items the highest plan counts that is not 0 in number") {
    one_life s;
    const auto made = s.buys(basic(), 3);
    s.stripe.add_item(made, enterprise(), 2);
    CHECK(s.at(days{1}) == "enterprise active full paid");
    CHECK(answer_at(s.who(), plans_for_tests(), day_0 + days{1}).quantity == 2);
    s.stripe.set_quantity(made, enterprise(), 0);
    CHECK(s.at(days{2}) == "basic active full paid");
    CHECK(answer_at(s.who(), plans_for_tests(), day_0 + days{2}).quantity == 3);
    s.stripe.set_quantity(made, basic(), 0);
    CHECK(s.at(days{3}) == "enterprise active full paid");
}

TEST_CASE("truth: what is paid and when it renews or ends and what waits for its payment") {
    one_life s;
    const auto made = s.buys(basic(), 3);
    const auto at = [&](days when) { return answer_at(s.who(), plans_for_tests(), day_0 + when); };
    const auto end = s.stripe.at(made).period_end;
    auto is = at(days{1});
    CHECK(is.terms == terms{"month", 1, "usd", 3 * basic().amount_minor, end, {}, {}});
    CHECK(!is.waits);
    s.stripe.cancel_at_period_end(made);
    is = at(days{1});
    CHECK(!is.terms.renews_at);
    CHECK(is.terms.cancels_at == end);
    s.stripe.cancel_now(made, "cancellation_requested");
    CHECK(at(days{1}).terms == terms{});
}

TEST_CASE("truth: an add-on decides nothing and an unlisted price gives way to the trial alone") {
    one_life addon;
    addon.buys(extra());
    CHECK(addon.at(days{1}) == "basic trial full trial");
    CHECK(addon.at(days{14}) == "basic none none trial_over");
    addon.buys(enterprise());
    CHECK(addon.at(days{15}) == "enterprise active full paid");
    one_life unlisted;
    const auto old = unlisted.buys(basic());
    unlisted.stripe.cancel_now(old, "cancellation_requested");
    CHECK(unlisted.at(days{1}) == "basic canceled none canceled");
    unlisted.buys(contract());
    CHECK(unlisted.at(days{2}) == "basic trial full trial");
    CHECK(unlisted.at(days{14}) == " active full paid");
}

TEST_CASE("truth: with a plan for unlisted prices a contract counts as that plan") {
    one_life s;
    const auto listed = s.buys(basic());
    s.stripe.pause(listed);
    s.buys(contract());
    CHECK(s.at(days{1}) == "basic paused restricted paused");
    auto plans = plans_for_tests();
    plans.unlisted_plan = "basic";
    auto is = answer_at(s.who(), plans, day_0 + days{1});
    is.terms = {};
    CHECK(is == answer{"basic", "active", "full", "paid", true});
}

TEST_CASE("truth: a first payment that failed is nothing within the trial and counts after it") {
    one_life s;
    const auto old = s.buys(basic());
    s.stripe.cancel_now(old, "cancellation_requested");
    s.stripe.set_card(s.customer, card::declining);
    s.buys(enterprise());
    CHECK(s.at(1h) == "basic canceled none canceled");
    CHECK(s.at(days{14}) == "enterprise incomplete_expired none incomplete");
    s.buys(basic());
    CHECK(s.at(days{14} + 1h) == "basic incomplete none incomplete");
}

TEST_CASE("truth: a customer whose beginning nobody heard of is unknown until a reading") {
    one_life s(settings_of(tells), false);
    s.buys(basic());
    s.row = organization_row{day_0, s.customer};
    CHECK(s.at(days{1}) == "basic trial full unknown");
    s.stripe.hear();
    s.stripe.rename_customer(s.customer, "Practice");
    s.stripe.lose("customer.");
    CHECK(s.at(days{31}) == "basic trial full unknown");
    CHECK(answer_once_read(s.who(), plans_for_tests(), day_0 + days{31}).reason == "paid");
    s.stripe.hear();
    CHECK(s.at(days{60}) == "basic active full paid");
}

TEST_CASE("truth: with the customer its subscriptions end even if unsaid") {
    one_life s;
    s.buys(basic());
    s.to(days{3});
    s.stripe.lose("customer.subscription.");
    s.stripe.delete_customer(s.customer);
    CHECK(s.at(days{3}) == "basic canceled none canceled");
}

}  // namespace
}  // namespace billhook::simulator
