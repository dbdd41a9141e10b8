#include "tools/simulator/scenario.hpp"

#include "tests/tools/simulator/plans_for_tests.hpp"
#include "tools/simulator/disorder.hpp"
#include "tools/simulator/lives.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;

scenario_settings small(std::uint64_t seed, std::size_t organizations = 60) {
    scenario_settings settings;
    settings.organizations = organizations;
    settings.seed = seed;
    settings.end = from_unix_seconds(1'790'000'000);
    settings.prefix = "Test";
    return settings;
}

std::string all_bodies(const std::vector<organization_life>& lives) {
    std::string all;
    for (const auto& life : lives) {
        all += life.organization.text() + "\n";
        if (life.stripe) {
            for (const auto& sent : life.stripe->events()) {
                for (const auto& body : sent.bodies) {
                    all += body + "\n";
                }
            }
        }
    }
    return all;
}

// In the order in which they are made.
std::vector<const sent_event*> events_of(const organization_life& life) {
    std::vector<const sent_event*> all;
    for (const auto* told_by : {life.stripe.get(), life.merchant.get()}) {
        if (told_by != nullptr) {
            for (const auto& sent : told_by->events()) {
                all.push_back(&sent);
            }
        }
    }
    std::ranges::stable_sort(all, {}, &sent_event::created);
    return all;
}

TEST_CASE("scenario: the same settings make the same bytes and another seed others") {
    const auto plans = plans_for_tests();
    const auto once = all_bodies(make_scenario(small(7), plans));
    CHECK(once == all_bodies(make_scenario(small(7), plans)));
    CHECK(once != all_bodies(make_scenario(small(8), plans)));
}

TEST_CASE("scenario: a small scenario has every kind of life") {
    const auto plans = plans_for_tests();
    auto settings = small(1, 200);
    std::set<std::string> names;
    for (const auto& life : make_scenario(settings, plans)) {
        names.insert(life.name);
    }
    std::size_t kinds = 0;
    for (const auto& some :
         {good_lives(),
          failing_lives(),
          pausing_lives(),
          billing_lives(),
          listing_lives(),
          owning_lives(),
          scheduling_lives()}) {
        kinds += some.size();
        for (const auto& each : some) {
            CHECK_MESSAGE(names.contains(each.name), each.name);
        }
    }
    CHECK(names.size() == kinds);
    settings.kinds = {"one_off_fails"};
    settings.organizations = 3;
    for (const auto& life : make_scenario(settings, plans)) {
        CHECK(life.name == "one_off_fails");
    }
}

TEST_CASE("scenario: every reason is the last answer of some organization") {
    const auto plans = plans_for_tests();
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        const auto settings = small(seed, 200);
        std::set<std::string> reasons;
        for (const auto& life : make_scenario(settings, plans)) {
            reasons.insert(answer_at(life.as_subject(), plans, settings.end).reason);
        }
        CHECK(
            reasons ==
            std::set<std::string>{
                "canceled",
                "ended",
                "grace",
                "incomplete",
                "paid",
                "paused",
                "restricted",
                "settled",
                "trial",
                "trial_over",
                "trialing",
                "unknown",
                "unpaid"}
        );
    }
}

TEST_CASE("scenario: lives named after a reason end in it") {
    const auto plans = plans_for_tests();
    const std::map<std::string, std::string> expected{
        {"grace",            "grace"     },
        {"restricted",       "restricted"},
        {"unpaid",           "unpaid"    },
        {"trialing",         "trialing"  },
        {"converted",        "paid"      },
        {"loyal",            "paid"      },
        {"paused",           "paused"    },
        {"ended",            "ended"     },
        {"settled",          "settled"   },
        {"unknown",          "unknown"   },
        {"incomplete",       "incomplete"},
        {"trial",            "trial"     },
        {"trial_over",       "trial_over"},
        {"canceled_now",     "canceled"  },
        {"recovers_by_hand", "paid"      },
        {"one_off_fails",    "paid"      },
        {"upgrade_waits",    "paid"      },
        {"replaced",         "paid"      },
        {"addon_in_trial",   "trial"     },
        {"changes_address",  "unknown"   },
    };
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto settings = small(seed, 300);
        for (const auto& life : make_scenario(settings, plans)) {
            if (const auto row = expected.find(life.name); row != expected.end()) {
                CAPTURE(seed);
                CAPTURE(life.name);
                CAPTURE(life.organization);
                CHECK(answer_at(life.as_subject(), plans, settings.end).reason == row->second);
            }
        }
    }
}

TEST_CASE("scenario: no event lies after the end and no id is used twice") {
    const auto plans = plans_for_tests();
    const auto settings = small(3, 200);
    std::set<std::string> ids;
    std::size_t events = 0;
    for (const auto& life : make_scenario(settings, plans)) {
        if (!life.stripe) {
            continue;
        }
        for (const auto& sent : life.stripe->events()) {
            CHECK(sent.created <= settings.end);
            CHECK(sent.bodies.size() == life.endpoints);
            ids.insert(sent.id);
            ++events;
        }
    }
    CHECK(ids.size() == events);
}

TEST_CASE("disorder: without faults the order is Stripe's own") {
    const auto plans = plans_for_tests();
    const auto lives = make_scenario(small(4), plans);
    const auto plan = plan_deliveries(
        lives,
        {.seed = 4, .order = delivery_order::generated, .duplicates = 0, .reorder = 0, .late = 0}
    );
    std::map<std::size_t, std::vector<std::string>> by_life;
    for (const auto& next : plan) {
        auto& ids = by_life[next.life];
        if (ids.empty() || ids.back() != *next.event) {
            ids.push_back(*next.event);
        }
    }
    for (const auto& [life, ids] : by_life) {
        std::vector<std::string> made;
        for (const auto* sent : events_of(lives[life])) {
            made.push_back(sent->id);
        }
        CHECK(ids == made);
    }
}

TEST_CASE("disorder: every body is delivered and the faults have the wanted size") {
    const auto plans = plans_for_tests();
    const auto lives = make_scenario(small(5, 200), plans);
    for (const auto order : {delivery_order::generated, delivery_order::shuffled}) {
        disorder_settings settings;
        settings.order = order;
        const auto plan = plan_deliveries(lives, settings);
        std::set<const std::string*> bodies;
        for (const auto& next : plan) {
            bodies.insert(next.body);
        }
        std::size_t made = 0;
        for (const auto& life : lives) {
            for (const auto* sent : events_of(life)) {
                made += sent->bodies.size();
            }
        }
        CHECK(bodies.size() == made);
        const auto again = static_cast<double>(plan.size() - made) / static_cast<double>(made);
        CHECK(again > 0.08);
        CHECK(again < 0.12);
    }
}

}  // namespace
}  // namespace billhook::simulator
