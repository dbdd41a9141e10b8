#include "worker/domain/renewal.hpp"

#include "tests/builders/living.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

namespace billhook {

namespace {

constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();

using item = stripe::subscription_item;

// Seats at a price, of a period that ends on that day.
item seats(std::optional<std::int64_t> quantity, const char* unit_amount, int end = 60) {
    item one;
    one.quantity = quantity;
    one.period_end = builders::day("d" + std::to_string(end) + " 00:00");
    one.interval = "month";
    one.interval_count = 1;
    one.currency = "usd";
    if (unit_amount != nullptr) {
        one.unit_amount = unit_amount;
    }
    return one;
}

item yearly(item one) {
    one.interval = "year";
    return one;
}

item in(const char* currency, item one) {
    one.currency = currency;
    return one;
}

struct price_case {
    std::string name;
    std::vector<item> items;
    std::optional<std::string> currency;  // the subscription's own
    std::string expected;                 // interval, currency, amount
};

std::string told(const renewal_terms& terms) {
    return (terms.interval ? std::to_string(*terms.interval_count) + " " + *terms.interval : "-") +
           ", " + terms.currency.value_or("-") + ", " +
           (terms.amount ? std::to_string(*terms.amount) : "-");
}

// Free of the formatter's columns: each row is read from left to right.
// clang-format off
const std::array price_cases{
    price_case{"a price times its quantity", {seats(3, "2000")}, "usd", "1 month, usd, 6000"},
    price_case{"all that is due then", {seats(3, "2000"), seats(1, "500")}, "usd", "1 month, usd, 6500"},
    price_case{"none of it", {seats(0, "2000")}, "usd", "1 month, usd, 0"},
    price_case{"no minor unit", {in("jpy", seats(2, "980"))}, "jpy", "1 month, jpy, 1960"},
    price_case{"thousandths", {in("kwd", seats(2, "12500"))}, "kwd", "1 month, kwd, 25000"},
    price_case{"less than a minor unit", {seats(150, "0.25")}, "usd", "1 month, usd, 38"},
    price_case{"each item is rounded", {seats(1, "0.5"), seats(1, "0.5")}, "usd", "1 month, usd, 2"},
    price_case{"a version that tells no currency of it", {seats(1, "700")}, {}, "1 month, usd, 700"},
    price_case{"paid in another than the price's own", {seats(1, "700")}, "eur", "1 month, eur, -"},
    price_case{"two currencies", {seats(1, "700"), in("eur", seats(1, "700"))}, {}, "1 month, -, -"},
    price_case{"tiers", {seats(3, nullptr)}, "usd", "1 month, usd, -"},
    price_case{"by use", {seats({}, "2000")}, "usd", "1 month, usd, -"},
    price_case{"by use beside seats", {seats(3, "2000"), seats({}, nullptr)}, "usd", "1 month, usd, -"},
    price_case{"what is due first", {yearly(seats(3, "9000", 90)), seats(1, "500")}, "usd", "1 month, usd, 500"},
    price_case{"two intervals at once", {yearly(seats(3, "9000")), seats(1, "500")}, "usd", "-, usd, 27500"},
    price_case{"nothing told", {item{}}, {}, "-, -, -"},
    price_case{"no item", {}, "usd", "-, usd, -"},
    price_case{"beyond all numbers", {seats(greatest, "2000")}, "usd", "1 month, usd, -"},
    price_case{"a sum beyond them", {seats(greatest, "1"), seats(1, "1")}, "usd", "1 month, usd, -"},
};
// clang-format on

struct date_case {
    std::string name;
    std::string status;
    bool at_period_end;
    std::string cancel_at;  // "" none
    std::string expected;   // renews, cancels, trial ends
};

// Its period ends on day 60, its trial does, too.
const std::array date_cases{
    date_case{"goes on",                       "active",     false, "",    "d60 - -"  },
    date_case{"owes",                          "past_due",   false, "",    "d60 - -"  },
    date_case{"owes for long",                 "unpaid",     false, "",    "d60 - -"  },
    date_case{"on trial",                      "trialing",   false, "",    "d60 - d60"},
    date_case{"the flag alone",                "active",     true,  "",    "- d60 -"  },
    date_case{"the date alone",                "active",     false, "d60", "- d60 -"  },
    date_case{"both",                          "active",     true,  "d60", "- d60 -"  },
    date_case{"within the period",             "active",     false, "d45", "- d45 -"  },
    date_case{"some periods later",            "active",     false, "d90", "d60 d90 -"},
    date_case{"a trial that will be no more",  "trialing",   true,  "",    "- d60 d60"},
    date_case{"paused",                        "paused",     false, "",    "- - -"    },
    date_case{"paused, the flag says nothing", "paused",     true,  "",    "- - -"    },
    date_case{"paused, with a date",           "paused",     false, "d90", "- d90 -"  },
    date_case{"never paid",                    "incomplete", false, "",    "- - -"    },
    date_case{"over",                          "canceled",   true,  "d60", "- - -"    },
    date_case{"a word that we do not know",    "dozing",     false, "",    "- - -"    },
};

struct scheduled_case {
    std::string name;
    std::string events;    // after a subscription whose period ends on day 60
    std::string expected;  // renews, cancels
};

// clang-format off
const std::array scheduled_cases{
    scheduled_case{"after its last phase it goes on",
        "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=basic", "d60 -"},
    scheduled_case{"with its period it is canceled",
        "a d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d60", "- d60"},
    scheduled_case{"within the period", "a d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d45", "- d45"},
    scheduled_case{"after one more phase",
        "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=basic ends=d90", "d60 d90"},
    scheduled_case{"the subscription has a date of its own",
        "a d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d90\n"
        "b d6 00:00 sub_1 updated cancel_at:null->d45", "- d45"},
    scheduled_case{"of another subscription", "a d5 00:00 sched_1 created sub=sub_2 phase=d0 ends=d60", "d60 -"},
    scheduled_case{"of none yet", "a d5 00:00 sched_1 created ends=d60", "d60 -"},
    scheduled_case{"it goes on after all",
        "a d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d60\n"
        "b d6 00:00 sched_1 updated sub=sub_1 phase=d0", "d60 -"},
    scheduled_case{"released", "a d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d60\n"
        "b d6 00:00 sched_1 released", "d60 -"},
    scheduled_case{"of two the one told last",
        "a d5 00:00 sched_2 created sub=sub_1 phase=d0 ends=d50\n"
        "b d6 00:00 sched_1 created sub=sub_1 phase=d0 ends=d55", "- d55"},
    scheduled_case{"and it may end nothing",
        "a d5 00:00 sched_2 created sub=sub_1 phase=d0 ends=d50\n"
        "b d6 00:00 sched_1 created sub=sub_1 phase=d0", "d60 -"},
    scheduled_case{"its period began after that end",
        "a d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d10\n"
        "b d10 00:00 sub_1 updated period:0-60->10-70", "d70 -"},
    scheduled_case{"of what is over nothing",
        "a d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d60\n"
        "b d6 00:00 sub_1 deleted canceled", "- -"},
};
// clang-format on

std::string day_of(const std::optional<instant>& at) {
    const auto days = at ? (*at - builders::day("d0 00:00")) / std::chrono::hours(24) : 0;
    return at ? "d" + std::to_string(days) : "-";
}

organization_facts of_subscription(stripe::subscription_state state) {
    organization_facts facts;
    facts.organization = organization_id("org_1");
    subscription_row row;
    row.id = subscription_id("sub_1");
    row.begun = true;
    row.organization = facts.organization;
    row.state = std::move(state);
    facts.subscriptions.push_back(row);
    return facts;
}

}  // namespace

TEST_CASE("renewal: what the next period costs at list prices") {
    for (const price_case& one : price_cases) {
        CAPTURE(one.name);
        stripe::subscription_state state;
        state.status = "active";
        state.items = one.items;
        state.currency = one.currency;
        CHECK(told(renewal_of(state, true, {})) == one.expected);
    }
}

TEST_CASE("renewal: its dates by the status and by what is arranged") {
    for (const date_case& one : date_cases) {
        CAPTURE(one.name);
        stripe::subscription_state state;
        state.status = one.status;
        state.items = {seats(1, "2000")};
        state.trial_end = builders::day("d60 00:00");
        state.cancel_at_period_end = one.at_period_end;
        if (!one.cancel_at.empty()) {
            state.cancel_at = builders::day(one.cancel_at + " 00:00");
        }
        const auto is =
            assess(of_subscription(state), builders::example_plans(), builders::day("d40 00:00"))
                .renewal;
        CHECK(
            day_of(is.renews_at) + " " + day_of(is.cancels_at) + " " + day_of(is.trial_ends_at) ==
            one.expected
        );
    }
}

TEST_CASE("renewal: what a schedule ends is canceled then in any order (I4)") {
    const std::string opening =
        "o d0 00:00 sub_1 created active plan=basic period=0-60 org=org_1\n";
    for (const scheduled_case& one : scheduled_cases) {
        CAPTURE(one.name);
        auto events = builders::told_in(opening + one.events + "\n");
        for (std::size_t turns = 0; turns < events.size(); ++turns) {
            std::ranges::rotate(events, events.begin() + 1);
            builders::memory_projection tables;
            for (const auto& event : events) {
                const auto now = builders::day("d40 00:00");
                builders::fold_in(tables, {&event, 1}, builders::example_plans(), now);
            }
            const auto& is = tables.standings().at(organization_id{"org_1"}).renewal;
            CHECK(day_of(is.renews_at) + " " + day_of(is.cancels_at) == one.expected);
        }
    }
}

TEST_CASE("renewal: an older version's body tells the period of all items") {
    stripe::subscription_state state;
    state.status = "active";
    state.items = {seats(2, "2000")};
    state.items.front().period_end.reset();
    state.period_end = builders::day("d60 00:00");
    CHECK(day_of(renewal_of(state, true, {}).renews_at) == "d60");
    CHECK(told(renewal_of(state, true, {})) == "1 month, usd, 4000");
}

TEST_CASE("renewal: of an organization without subscription its own trial's end while it runs") {
    organization_facts facts;
    facts.organization = organization_id("org_1");
    mapping record;
    record.organization = facts.organization;
    record.created = builders::day("d0 00:00");
    facts.mappings.push_back(record);
    const auto at = [&](const char* now) {
        return assess(facts, builders::example_plans(), builders::day(now)).renewal;
    };
    CHECK(day_of(at("d13 00:00").trial_ends_at) == "d14");
    CHECK(at("d14 00:00") == renewal_terms{});
}

}  // namespace billhook
