#include "tests/builders/life.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>

namespace billhook {

namespace {

constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();

stripe::subscription_item item(const char* key, std::optional<std::int64_t> quantity) {
    stripe::subscription_item one;
    one.lookup_key = key;
    one.quantity = quantity;
    return one;
}

struct quantity_case {
    std::string name;
    std::vector<stripe::subscription_item> items;
    std::optional<std::int64_t> expected;
};

const std::array cases{
    quantity_case{"one price",                {item("basic_monthly", 7)},                                  7 },
    quantity_case{"none",                     {item("basic_monthly", 0)},                                  0 },
    quantity_case{"metered",                  {item("basic_monthly", {})},                                 {}},
    quantity_case{"several of the plan",      {item("basic_monthly", 2), item("basic_monthly", 3)},        5 },
    quantity_case{"one of them metered",      {item("basic_monthly", 2), item("basic_monthly", {})},       2 },
    quantity_case{"beside what matches none", {item("basic_monthly", 2), item("storage", 900)},            2 },
    quantity_case{
                  "beside a lower plan's",    {item("enterprise_monthly", 4), item("basic_monthly", 9)},
                  4                                                                                          },
    quantity_case{"no plan",                  {item("storage", 900)},                                      {}},
    quantity_case{
                  "beyond all numbers",       {item("basic_monthly", greatest), item("basic_monthly", 1)},
                  greatest                                                                                   },
};

}  // namespace

TEST_CASE("quantity: the sum over the items that match the plan of what counts") {
    const instant now = builders::day("d1000 00:00");
    for (const quantity_case& one : cases) {
        CAPTURE(one.name);
        organization_facts facts;
        facts.organization = organization_id("org_1");
        subscription_row row;
        row.id = subscription_id("sub_1");
        row.begun = true;
        row.organization = facts.organization;
        row.state.status = "active";
        row.state.period_end = now + std::chrono::days{20};
        row.state.items = one.items;
        facts.subscriptions.push_back(row);
        CHECK(assess(facts, builders::example_plans(), now).quantity == one.expected);
    }
    organization_facts nobody;
    nobody.organization = organization_id("org_2");
    CHECK(!assess(nobody, builders::example_plans(), now).quantity);
}

}  // namespace billhook
