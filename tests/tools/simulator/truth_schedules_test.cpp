#include "tests/tools/simulator/plans_for_tests.hpp"
#include "tools/simulator/truth.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

// What is arranged by subscription schedules, as the simulator's own rules have it.
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

account_settings settings() {
    account_settings made;
    made.prefix = "Test";
    made.period = days{30};
    return made;
}

// A subscription with a schedule that is begun on day 5.
struct one_life {
    explicit one_life(std::int64_t quantity = 1) : stripe(settings(), day_0) {
        const auto customer = stripe.create_customer({});
        stripe.set_card(customer, card::good);
        subscribe_options options;
        options.price = basic();
        options.quantity = quantity;
        subscription = stripe.subscribe(customer, options);
        stripe.advance_to(day_0 + days{5});
        schedule = stripe.begin_schedule(subscription);
    }
    answer at(std::chrono::seconds since) {
        stripe.advance_to(day_0 + since);
        return answer_at({organization_id("org_1"), {}, &stripe}, plans, day_0 + since);
    }
    [[nodiscard]] instant end() const { return stripe.at(subscription).period_end; }

    catalogue plans = plans_for_tests();
    account stripe;
    std::string subscription;
    std::string schedule;
};

}  // namespace

TEST_CASE("truth: what a schedule arranges is told until it comes or is taken back") {
    one_life s(3);
    CHECK(!s.at(days{6}).waits);
    arrangement planned;
    planned.next.push_back({enterprise(), 2, 1});
    planned.next.push_back({basic(), 7, 2});
    s.stripe.plan_phases(s.schedule, planned);
    CHECK(s.at(days{7}).waits == waiting_change{"", std::nullopt, s.end(), std::nullopt});
    s.plans.plans[1].prices = {enterprise().id};
    CHECK(s.at(days{7}).waits == waiting_change{"enterprise", 2, s.end(), std::nullopt});
    CHECK(s.at(days{36}).plan == "enterprise");
    CHECK(s.at(days{36}).waits == waiting_change{"", std::nullopt, s.end(), std::nullopt});
    CHECK(!s.at(days{36}).terms.cancels_at);
    s.stripe.release_schedule(s.schedule);
    CHECK(!s.at(days{37}).waits);
    CHECK(s.stripe.at(s.subscription).schedule.empty());
}

TEST_CASE("truth: a schedule that cancels ends the subscription then and nothing else does") {
    for (const bool dates : {false, true}) {
        CAPTURE(dates);
        one_life s;
        s.stripe.plan_phases(s.schedule, {.cancels = true, .dates = dates});
        CHECK(s.stripe.at(s.subscription).cancel_at.has_value() == dates);
        CHECK(s.at(days{6}).terms.cancels_at == s.end());
        CHECK(!s.at(days{6}).terms.renews_at);
        s.stripe.release_schedule(s.schedule);
        CHECK(!s.at(days{7}).terms.cancels_at);
        CHECK(s.at(days{7}).terms.renews_at == s.end());
        const auto second = s.stripe.begin_schedule(s.subscription);
        arrangement longer{.cancels = true, .dates = dates};
        longer.next.push_back({basic(), 2, 1});
        s.stripe.plan_phases(second, longer);
        CHECK(s.at(days{8}).terms.renews_at == s.end());
        CHECK(s.at(days{8}).terms.cancels_at == s.end() + days{30});
        CHECK(s.at(days{59}).reason == "paid");
        CHECK(s.at(days{60}).reason == "canceled");
    }
}

TEST_CASE("truth: of an end by schedule that nobody hears of it has ended after 72 hours") {
    one_life s;
    s.stripe.plan_phases(s.schedule, {.cancels = true});
    s.stripe.lose("");
    CHECK(s.at(days{30} + 71h).reason == "paid");
    CHECK(s.at(days{30} + 72h).reason == "ended");
}

}  // namespace billhook::simulator
