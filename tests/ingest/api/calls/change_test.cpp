#include "ingest/api/calls/change.hpp"

#include "schemas/json/reader.hpp"
#include "tests/builders/life.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace billhook::api {
namespace {

using http::problem_code;
constexpr auto none = change_direction::none;
constexpr auto up = change_direction::upgrade;
constexpr auto down = change_direction::downgrade;
constexpr auto now = change_time::now;
constexpr auto at_end = change_time::period_end;

// One subscription of so many seats; "" is a price of no plan.
subscribed on(const std::string& plan, const std::string& interval, std::int64_t seats) {
    subscribed made;
    made.id = "sub_1";
    made.status = "active";
    subscribed::item item;
    item.id = "si_1";
    item.price.id = "price_1";
    item.price.interval = interval;
    item.price.interval_count = 1;
    item.quantity = seats;
    made.items = {item};
    made.plan = plan.empty() ? std::nullopt : std::optional{plan};
    return made;
}

std::string text_of(const form_fields& form) {
    std::string text;
    for (const auto& [name, value] : form) {
        text += name + '=' + value + '\n';
    }
    return text;
}

}  // namespace

TEST_CASE("change: what a body may say") {
    struct row {
        const char* body;
        std::optional<problem_code> why;
    };
    constexpr auto malformed = problem_code::malformed_body;
    const row rows[] = {
        {R"({"plan":"basic"})",                                              {}                        },
        {R"({"interval":"year"})",                                           {}                        },
        {R"({"quantity":3})",                                                {}                        },
        {R"({"plan":"basic","interval":"month","quantity":1,"when":"now"})", {}                        },
        {R"({"plan":null,"quantity":2,"when":"period_end"})",                {}                        },
        {"{}",                                                               malformed                 },
        {R"({"when":"now"})",                                                malformed                 },
        {R"({"plan":1})",                                                    malformed                 },
        {R"({"interval":"week"})",                                           malformed                 },
        {R"({"quantity":0})",                                                malformed                 },
        {R"({"quantity":"2"})",                                              malformed                 },
        {R"({"quantity":1000000})",                                          malformed                 },
        {R"({"plan":"basic","when":"later"})",                               malformed                 },
        {R"({"plan":"basic","when":true})",                                  malformed                 },
        {R"({"plan":"gold"})",                                               problem_code::unknown_plan},
    };
    const auto plans = builders::example_plans();
    for (const row& each : rows) {
        CAPTURE(each.body);
        const auto read = json::read(each.body);
        const auto asked = change_from(read->root(), plans);
        CHECK(asked.has_value() == !each.why);
        if (!asked) {
            CHECK(asked.error().code == each.why);
        }
    }
}

TEST_CASE("change: more is an upgrade now and less a downgrade at the period's end") {
    struct row {
        const char* name;
        subscribed from;
        change_order asked;
        change_direction direction;
        change_time when;
        bool keeps_price;
    };
    const auto month = order_interval::month;
    const auto year = order_interval::year;
    const row rows[] = {
        {"a higher plan",                on("basic",      "month", 1), {"enterprise", {}, {}, {}}, up,   now,    false},
        {"a lower plan",                 on("enterprise", "month", 1), {"basic", {}, {}, {}},      down, at_end, false},
        {"a lower plan at once",
         on("enterprise",                                 "month", 1),
         {"basic", {}, {}, now},
         down,                                                                                           now,
         false                                                                                                        },
        {"a higher plan at the end",
         on("basic",                                      "month", 1),
         {"enterprise", {}, {}, at_end},
         up,                                                                                             at_end,
         false                                                                                                        },
        {"a higher plan of fewer seats",
         on("basic",                                      "month", 9),
         {"enterprise", {}, 1, {}},
         up,                                                                                             now,
         false                                                                                                        },
        {"a higher plan by the month",
         on("basic",                                      "year",  1),
         {"enterprise", month, {}, {}},
         up,                                                                                             now,
         false                                                                                                        },
        {"by the year",                  on("basic",      "month", 1), {{}, year, {}, {}},         up,   now,    false},
        {"by the month",                 on("basic",      "year",  1), {{}, month, {}, {}},        down, at_end, false},
        {"by the year with fewer seats",
         on("basic",                                      "month", 5),
         {{}, year, 1, {}},
         up,                                                                                             now,
         false                                                                                                        },
        {"more seats",                   on("basic",      "month", 1), {{}, {}, 2, {}},            up,   now,    true },
        {"fewer seats",                  on("basic",      "month", 3), {{}, {}, 2, {}},            down, at_end, true },
        {"nothing",                      on("basic",      "month", 3), {"basic", month, 3, {}},    none, now,    true },
        {"from a price of no plan",      on("",           "month", 1), {"basic", {}, {}, {}},      up,   now,    false},
    };
    const auto plans = builders::example_plans();
    for (const row& each : rows) {
        CAPTURE(each.name);
        const auto change = planned(each.asked, each.from, plans);
        REQUIRE(change.has_value());
        CHECK(change->direction == each.direction);
        CHECK(change->when == each.when);
        CHECK(change->keeps_price == each.keeps_price);
    }
    for (const auto& from : {on("", "month", 1), on("basic", "week", 1)}) {
        const auto change = planned({{}, {}, 2, {}}, from, plans);
        REQUIRE_FALSE(change.has_value());
        CHECK(change.error().code == problem_code::malformed_body);
    }
}

TEST_CASE("change: a subscription as Stripe shows it in each shape") {
    const auto plans = builders::example_plans();
    const std::string price =
        R"("price":{"id":"price_b","lookup_key":"basic_monthly","product":"prod_b","active":false,)"
        R"("currency":"usd","unit_amount":2900,"recurring":{"interval":"month","interval_count":1}})";
    const std::string add_on =
        R"({"id":"si_0","quantity":4,"price":{"id":"price_s","lookup_key":"sms_monthly"}},)";
    const auto old = json::read(
        R"({"id":"sub_1","status":"active","current_period_end":1790000000,"schedule":"sub_sched_1",)"
        R"("cancel_at":null,"cancel_at_period_end":true,"items":{"data":[)" +
        add_on + R"({"id":"si_1","quantity":3,)" + price + "}]}}"
    );
    const auto before = subscribed_from(old->root(), plans);
    REQUIRE(before.has_value());
    CHECK(before->plan == "basic");
    CHECK(before->sold().id == "si_1");
    CHECK(before->sold().quantity == 3);
    CHECK(before->schedule == "sub_sched_1");
    CHECK(before->ends_at() == from_unix_seconds(1'790'000'000));
    const auto fresh = json::read(
        R"({"id":"sub_1","status":"active","schedule":null,"cancel_at":1800000000,"items":{"data":[)"
        R"({"id":"si_1","quantity":3,"current_period_end":1790000001,)" +
        price + "}]}}"
    );
    const auto after = subscribed_from(fresh->root(), plans);
    REQUIRE(after.has_value());
    CHECK(after->period_end == from_unix_seconds(1'790'000'001));
    CHECK(after->ends_at() == from_unix_seconds(1'800'000'000));
    for (const char* const none_of :
         {"{}", R"({"id":"sub_1"})", R"({"id":"sub_1","items":{"data":[]}})"}) {
        CHECK_FALSE(subscribed_from(json::read(none_of)->root(), plans).has_value());
    }
}

TEST_CASE("change: what Stripe is told") {
    auto from = on("basic", "month", 2);
    subscribed::item add_on;
    add_on.id = "si_2";
    add_on.price.id = "price_sms";
    add_on.quantity = 4;
    from.items.push_back(add_on);
    sold_price to;
    to.id = "price_2";
    to.interval = "year";
    CHECK(
        text_of(update_form(from, to, 3)) ==
        "items[0][id]=si_1\nitems[0][price]=price_2\nitems[0][quantity]=3\n"
        "proration_behavior=always_invoice\npayment_behavior=pending_if_incomplete\n"
    );
    const auto schedule = json::read(R"({"current_phase":{"start_date":10,"end_date":20}})");
    CHECK(
        text_of(phases_form(from, schedule->root(), to, 3).value()) ==
        "end_behavior=release\nproration_behavior=none\nphases[0][start_date]=10\n"
        "phases[0][end_date]=20\nphases[0][items][0][price]=price_1\n"
        "phases[0][items][0][quantity]=2\nphases[0][items][1][price]=price_sms\n"
        "phases[0][items][1][quantity]=4\nphases[1][items][0][price]=price_2\n"
        "phases[1][items][0][quantity]=3\nphases[1][items][1][price]=price_sms\n"
        "phases[1][items][1][quantity]=4\nphases[1][duration][interval]=year\n"
        "phases[1][duration][interval_count]=1\nphases[1][proration_behavior]=none\n"
    );
    from.status = "trialing";
    from.trial_end = from_unix_seconds(20);
    CHECK(
        text_of(phases_form(from, schedule->root(), to, 3).value())
            .find("phases[0][trial_end]=20") != std::string::npos
    );
    CHECK_FALSE(phases_form(from, json::read("{}")->root(), to, 3).has_value());
    // By use: no quantity.
    to.licensed = false;
    CHECK(
        text_of(preview_form(from, to, 3, true)) ==
        "subscription=sub_1\nsubscription_details[items][0][id]=si_1\n"
        "subscription_details[items][0][price]=price_2\n"
        "subscription_details[proration_behavior]=none\npreview_mode=recurring\n"
    );
}

}  // namespace billhook::api
