#include "worker/domain/listed_items.hpp"

#include "tests/builders/life.hpp"
#include "worker/domain/fact_history.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace billhook {

namespace {

using stripe::subscription_item;

// basic and enterprise, and two add-ons: sms by its key, seats by its product.
catalogue plans_with_addons() {
    catalogue plans = builders::example_plans();
    plans.addons.resize(2);
    plans.addons[0].lookup_keys = {"sms_monthly"};
    plans.addons[1].products = {"prod_seats"};
    return plans;
}

// "enterprise*0 sms*3 calls": items by plan or price, and how many; "-" is a metered one.
std::vector<subscription_item> items(const std::string& words) {
    std::vector<subscription_item> all;
    for (std::size_t from = 0; from < words.size();) {
        const auto to = std::min(words.find(' ', from), words.size());
        const auto word = words.substr(from, to - from);
        const auto times = word.find('*');
        const auto name = word.substr(0, times);
        subscription_item one;
        one.price = "price_" + name;
        one.product = "prod_" + name;
        one.lookup_key = name + "_monthly";
        if (times != std::string::npos && word.substr(times) != "*-") {
            one.quantity = std::stoi(word.substr(times + 1));
        } else if (times == std::string::npos) {
            one.quantity = 1;
        }
        all.push_back(one);
        from = to + 1;
    }
    return all;
}

std::string shown(const listed_items& all, const catalogue& plans) {
    std::string text = all.plan ? plans.plans[*all.plan].key : "-";
    for (const auto& [addon, quantity] : all.addons) {
        text += (addon == 0 ? " +sms*" : " +seats*") + std::to_string(quantity);
    }
    for (const auto& price : all.unlisted) {
        text += " ?" + price;
    }
    return text + (all.only_addons() ? " add-ons" : "");
}

}  // namespace

TEST_CASE("listed items: which plan several items give and which are add-ons or nothing") {
    const catalogue plans = plans_with_addons();
    const struct {
        const char* name;
        const char* items;
        const char* expected;
    } rows[] = {
        {"one plan",                           "basic",                "basic"                    },
        {"the highest plan",                   "basic enterprise",     "enterprise"               },
        {"whatever their order",               "enterprise basic",     "enterprise"               },
        {"of which there are 0 gives nothing", "basic enterprise*0",   "basic"                    },
        {"unless there is 0 of everything",    "basic*0 sms",          "basic +sms*1"             },
        {"the highest of those",               "enterprise*0 basic*0", "enterprise"               },
        {"a metered item is no 0",             "basic*3 enterprise*-", "enterprise"               },
        {"a metered item of no list",          "calls*- basic*5",      "basic ?price_calls"       },
        {"a plan and its add-ons",             "sms*3 basic seats*-",  "basic +sms*3 +seats*1"    },
        {"add-ons alone",                      "sms seats*2",          "- +sms*1 +seats*2 add-ons"},
        {"an add-on and a price of no list",   "sms calls",            "- +sms*1 ?price_calls"    },
        {"a price of no list",                 "calls",                "- ?price_calls"           },
        {"no item that can be read",           "",                     "- ?"                      },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(shown(listed(items(row.items), {}, plans), plans) == row.expected);
    }
}

TEST_CASE("listed items: a price that lost its lookup key is known by the last that it had") {
    const catalogue plans = plans_with_addons();
    auto current = items("enterprise");
    current[0].product = "prod_seats";
    current[0].lookup_key.reset();
    const auto with = [&](const std::vector<std::string>& seen) {
        return shown(listed(current, seen, plans), plans);
    };
    CHECK(with({}) == "- +seats*1 add-ons");
    CHECK(with({""}) == "- +seats*1 add-ons");
    CHECK(with({"enterprise_monthly"}) == "enterprise");
    // The present key is the price's; what it was called before says nothing.
    current[0].lookup_key = "new_monthly";
    current[0].product.reset();
    CHECK(with({"enterprise_monthly"}) == "- ?price_enterprise");
}

TEST_CASE("listed items: of the keys that were seen the last counts for prices that have none now"
) {
    const auto events = builders::life(R"(
        a d0 00:00 sub_1 created active plan=basic key=old_monthly
        b d3 00:00 sub_1 updated key=basic_monthly
        c d3 00:00 sub_1 updated key=basic_yearly id=evt_a2
        d d5 00:00 sub_1 updated key=null also=sms
    )");
    std::vector<stripe::subscription_fact> facts;
    for (const auto& each : events) {
        facts.push_back(
            std::get<stripe::subscription_fact>(std::get<stripe::event>(each.what.what).said)
        );
    }
    const auto now = facts.back().state.items;
    const std::vector<std::string> expected{"basic_monthly", ""};
    using told = fact_history<stripe::subscription_fact>;
    const std::span<const stripe::subscription_fact> all{facts};
    CHECK((keys_seen(now, told{all}) == expected));
    std::reverse(facts.begin(), facts.end());
    CHECK((keys_seen(now, told{all}) == expected));
    CHECK(keys_seen(facts.back().state.items, told{all}).empty());
}

}  // namespace billhook
