#include "ingest/api/calls/order.hpp"

#include "tests/builders/life.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook::api {
namespace {

using http::problem_code;

TEST_CASE("order: what a body may say") {
    struct row {
        const char* body;
        std::optional<problem_code> why;
    };
    const row rows[] = {
        {R"({"plan":"enterprise","interval":"month"})",                             {}                          },
        {R"({"plan":"enterprise","interval":"month","quantity":3,"trial":true})",   {}                          },
        {R"({"plan":"enterprise","interval":"year","quantity":null,"trial":null})", {}                          },
        {R"({"plan":"enterprise","interval":"month","quantity":999999})",           {}                          },
        {"",                                                                        problem_code::malformed_body},
        {"{}",                                                                      problem_code::malformed_body},
        {"[]",                                                                      problem_code::malformed_body},
        {R"({"plan":"enterprise"})",                                                problem_code::malformed_body},
        {R"({"interval":"month"})",                                                 problem_code::malformed_body},
        {R"({"plan":1,"interval":"month"})",                                        problem_code::malformed_body},
        {R"({"plan":"enterprise","interval":"week"})",                              problem_code::malformed_body},
        {R"({"plan":"enterprise","interval":"month","quantity":0})",                problem_code::malformed_body},
        {R"({"plan":"enterprise","interval":"month","quantity":-1})",               problem_code::malformed_body},
        {R"({"plan":"enterprise","interval":"month","quantity":1.5})",
         problem_code::malformed_body                                                                           },
        {R"({"plan":"enterprise","interval":"month","quantity":"3"})",
         problem_code::malformed_body                                                                           },
        {R"({"plan":"enterprise","interval":"month","quantity":1000000})",
         problem_code::malformed_body                                                                           },
        {R"({"plan":"enterprise","interval":"month","trial":"yes"})",               problem_code::malformed_body},
        {R"({"plan":"enterprise","interval":"month","amount":1})",                  problem_code::malformed_body},
        {R"({"plan":"enterprise","plan":"basic","interval":"month"})",
         problem_code::malformed_body                                                                           },
        {R"({"plan":"gold","interval":"month"})",                                   problem_code::unknown_plan  },
    };
    const auto plans = builders::example_plans();
    for (const row& each : rows) {
        CAPTURE(each.body);
        const auto body = read_body(each.body, {"plan", "interval", "quantity", "trial"});
        if (!body) {
            CHECK(each.why == body.error().code);
            continue;
        }
        const auto wanted = order_from(body->root(), plans);
        CHECK(wanted.has_value() == !each.why);
        if (!wanted) {
            CHECK(each.why == wanted.error().code);
        }
    }
    const auto body = read_body(rows[1].body, {"plan", "interval", "quantity", "trial"});
    CHECK(*order_from(body->root(), plans) == order{"enterprise", order_interval::month, 3, true});
}

sold_price monthly(const char* id, const char* lookup_key) {
    sold_price made;
    made.id = id;
    made.product = "prod_1";
    made.lookup_key = lookup_key;
    made.currency = "usd";
    made.interval = "month";
    made.interval_count = 1;
    made.amount_minor = 7'900;
    made.active = true;
    return made;
}

TEST_CASE("order: the one price that sells it") {
    const auto plans = builders::example_plans();
    const auto pro = monthly("price_1", "enterprise_monthly");
    const auto with = [&](auto change) {
        auto other = pro;
        change(other);
        return other;
    };
    struct row {
        const char* name;
        std::vector<sold_price> shown;
        std::optional<std::string> currency;
        std::optional<problem_code> why;
    };
    const auto euro = with([](auto& of) { of.currency = "eur"; });
    const row rows[] = {
        {"it alone",                {pro},                                      {},    {}                             },
        {"in his currency",         {pro},                                      "usd", {}                             },
        {"among those of others",   {monthly("price_0", "basic_monthly"), pro}, {},    {}                             },
        {"the same in two answers", {pro, pro},                                 {},    {}                             },
        {"nothing",                 {},                                         {},    problem_code::price_unavailable},
        {"of another plan",
         {monthly("price_0", "basic_monthly")},
         {},
         problem_code::price_unavailable                                                                              },
        {"of none",                 {monthly("price_0", "")},                   {},    problem_code::price_unavailable},
        {"archived",
         {with([](auto& of) { of.active = false; })},
         {},
         problem_code::price_unavailable                                                                              },
        {"a year",
         {with([](auto& of) { of.interval = "year"; })},
         {},
         problem_code::price_unavailable                                                                              },
        {"once",                    {with([](auto& of) { of.interval = ""; })}, {},    problem_code::price_unavailable},
        {"three months",
         {with([](auto& of) { of.interval_count = 3; })},
         {},
         problem_code::price_unavailable                                                                              },
        {"two of them",
         {pro, with([](auto& of) { of.id = "price_2"; })},
         {},
         problem_code::price_unavailable                                                                              },
        {"in another currency",     {euro},                                     "usd", problem_code::other_currency   },
        {"in both",
         {with([](auto& of) { of.id = "price_e", of.currency = "eur"; }), pro},
         "usd",                                                                        {}                             },
    };
    const order wanted{"enterprise", order_interval::month, 1, false};
    for (const row& each : rows) {
        CAPTURE(each.name);
        const auto found = price_for(wanted, each.shown, plans, each.currency);
        CHECK(found.has_value() == !each.why);
        if (found) {
            CHECK(*found == pro);
        } else {
            CHECK(each.why == found.error().code);
        }
    }
}

TEST_CASE("order: what a plan costs is what an order would") {
    const auto plans = builders::example_plans();
    const auto priced = [](const char* id, const char* key, const char* interval) {
        auto price = monthly(id, key);
        price.interval = interval;
        return price;
    };
    const auto month = priced("price_m", "enterprise_monthly", "month");
    auto year = priced("price_y", "enterprise_monthly", "year");
    year.amount_minor.reset();
    year.licensed = false;
    const plan& of = *plans.find("enterprise");
    const auto costs = [&](const shown_prices& shown, const std::optional<std::string>& currency) {
        return list_prices(of, shown, plans, currency);
    };
    const list_price by_month{order_interval::month, month.currency, month.amount_minor, true};
    const list_price by_year{order_interval::year, year.currency, std::nullopt, false};
    CHECK(costs({}, {}).empty());
    CHECK(
        costs(
            {
                std::vector{year, month}
    },
            {}
        ) == std::vector{by_month, by_year}
    );
    CHECK(costs({std::vector{month}, {}, std::vector{year}}, {}) == std::vector{by_month, by_year});
    CHECK(costs({std::vector{month}}, "eur").empty());
    auto second = month;
    second.id = "price_2";
    CHECK(costs(
              {
                  std::vector{month, second}
    },
              {}
    )
              .empty());
    CHECK(costs({std::vector{month}, std::vector{second}}, {}) == std::vector{by_month});
}

}  // namespace
}  // namespace billhook::api
