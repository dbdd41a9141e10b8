#include "tools/simulator/shop.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

// What the simulated Stripe that sells answers beside what the billing API asks of it.
namespace billhook::simulator {
namespace {

const instant day_0 = from_unix_seconds(1'767'225'600);

// The id of what a POST made.
std::string made_by(
    shop& at,
    std::string path,
    std::vector<std::pair<std::string, std::string>> parameters
) {
    const auto told = at.write({"POST", std::move(path), std::move(parameters), {}});
    REQUIRE(told.has_value());
    REQUIRE(told->status == 200);
    return std::string(boost::json::parse(told->body).at("id").as_string());
}

}  // namespace

TEST_CASE("shop: schedules are listed from the newest and of one customer if that is asked") {
    shop at(
        {
            {"price_basic", "prod_basic", "basic_monthly", "Basic", 2900, 0}
    },
        [] { return day_0; }
    );
    std::vector<std::string> made;
    for (const char* customer : {"cus_1", "cus_2", "cus_1"}) {
        const auto subscription = made_by(
            at,
            "/v1/subscriptions",
            {
                {"customer",        customer     },
                {"items[0][price]", "price_basic"}
        }
        );
        made.push_back(made_by(
            at,
            "/v1/subscription_schedules",
            {
                {"from_subscription", subscription}
        }
        ));
    }
    const auto listed = [&](std::vector<std::pair<std::string, std::string>> parameters) {
        const auto told = at.read({"GET", "/v1/subscription_schedules", std::move(parameters), {}});
        REQUIRE(told.has_value());
        std::vector<std::string> ids;
        const auto page = boost::json::parse(told->body);
        for (const auto& each : page.at("data").as_array()) {
            CHECK(each.at("created").as_int64() == to_unix_seconds(day_0));
            ids.emplace_back(each.at("id").as_string());
        }
        return ids;
    };
    CHECK((listed({}) == std::vector{made[2], made[1], made[0]}));
    CHECK(
        (listed({
             {"customer", "cus_1"}
    }) == std::vector{made[2], made[0]})
    );
}

}  // namespace billhook::simulator
