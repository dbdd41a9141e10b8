#include "worker/domain/pending_change.hpp"

#include "tests/builders/living.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::day;

struct change_case {
    std::string name;
    std::string events;  // after a subscription of one basic seat
    std::string expected;
};

const std::string opening = "o d0 00:00 sub_1 created active plan=basic period=0-60 org=org_1\n";

// clang-format off
const std::vector<change_case> cases = {
    {"nothing is arranged", "", "-"},
    {"a change waits for its payment",
     "a d5 00:00 sub_1 updated pending_until:null->d6 pending=enterprise",
     R"({"plan":"enterprise","quantity":1,"at":null,"until":"2026-01-07T00:00:00Z"})"},
    {"and waits no more",
     "a d5 00:00 sub_1 updated pending_until:null->d6 pending=enterprise\n"
     "b d6 00:00 sub_1 pending_update_expired pending_until:d6->null",
     "-"},
    {"the next phase of a schedule",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise*3",
     R"({"plan":"enterprise","quantity":3,"at":"2026-03-02T00:00:00Z","until":null})"},
    {"a phase that is as it is now changes nothing",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=basic",
     "-"},
    {"more seats of the price that it has",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=basic*9",
     R"({"plan":"basic","quantity":9,"at":"2026-03-02T00:00:00Z","until":null})"},
    {"a price of no list",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=other*9",
     R"({"plan":null,"quantity":null,"at":"2026-03-02T00:00:00Z","until":null})"},
    {"of another subscription",
     "a d5 00:00 sched_1 created sub=sub_2 phase=d0 next=d60 plan=enterprise",
     "-"},
    {"one that has not started",
     "a d5 00:00 sched_1 created plan=enterprise",
     "-"},
    {"what was said last",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise*3\n"
     "b d6 00:00 sched_1 updated sub=sub_1 phase=d0 next=d60 plan=enterprise*4",
     R"({"plan":"enterprise","quantity":4,"at":"2026-03-02T00:00:00Z","until":null})"},
    {"within a second the update follows the beginning",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise*3 id=evt_z\n"
     "b d5 00:00 sched_1 updated sub=sub_1 phase=d0 next=d60 plan=enterprise*4 id=evt_a",
     R"({"plan":"enterprise","quantity":4,"at":"2026-03-02T00:00:00Z","until":null})"},
    {"and a phase its predecessor",
     "a d5 00:00 sched_1 updated sub=sub_1 phase=d0 next=d5 plan=enterprise*3 id=evt_z\n"
     "b d5 00:00 sched_1 updated sub=sub_1 phase=d5 next=d60 plan=enterprise*4 id=evt_a",
     R"({"plan":"enterprise","quantity":4,"at":"2026-03-02T00:00:00Z","until":null})"},
    {"the last phase has none after it",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise\n"
     "b d6 00:00 sched_1 updated sub=sub_1 phase=d6",
     "-"},
    {"released, whatever is told later",
     "a d5 00:00 sched_1 released\n"
     "b d6 00:00 sched_1 updated sub=sub_1 phase=d0 next=d60 plan=enterprise",
     "-"},
    {"completed", "a d5 00:00 sched_1 completed sub=sub_1 phase=d0 next=d60 plan=enterprise", "-"},
    {"canceled", "a d5 00:00 sched_1 canceled sub=sub_1 phase=d0 next=d60 plan=enterprise", "-"},
    {"of two schedules the next phase",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise*3\n"
     "b d6 00:00 sched_2 created sub=sub_1 phase=d0 next=d50 plan=enterprise*4",
     R"({"plan":"enterprise","quantity":4,"at":"2026-02-20T00:00:00Z","until":null})"},
    {"what waits for a payment before what is scheduled",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise*3\n"
     "b d6 00:00 sub_1 updated pending_until:null->d7 pending=basic",
     R"({"plan":"basic","quantity":1,"at":null,"until":"2026-01-08T00:00:00Z"})"},
    {"a schedule that names no customer",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise*3 customer=null",
     R"({"plan":"enterprise","quantity":3,"at":"2026-03-02T00:00:00Z","until":null})"},
    {"of what is over nothing",
     "a d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise\n"
     "b d6 00:00 sub_1 deleted canceled",
     "-"},
};
// clang-format on

}  // namespace

TEST_CASE("pending change: by what Stripe arranged in any order and told twice (I4)") {
    auto plans = builders::example_plans();
    plans.plans.back().prices = {"price_enterprise"};
    for (const change_case& one : cases) {
        CAPTURE(one.name);
        const auto events = builders::life(opening + one.events + "\n");
        std::vector<std::size_t> order(events.size());
        for (std::size_t at = 0; at < order.size(); ++at) {
            order[at] = at;
        }
        do {
            builders::memory_projection tables;
            for (const auto at : order) {
                builders::fold_in(tables, {&events[at].what, 1}, plans, day("d10 00:00"));
                builders::fold_in(tables, {&events[at].what, 1}, plans, day("d10 00:00"));
            }
            const auto& is = tables.standings().at(organization_id{"org_1"}).pending;
            CHECK((is ? to_text(*is) : "-") == one.expected);
        } while (std::ranges::next_permutation(order).found);
    }
}

TEST_CASE("pending change: its text is read as it was written") {
    pending_change change{"basic", 3, day("d60 00:00"), {}};
    for (int left = 0; left < 2; ++left) {
        pending_change read;
        from_text(to_text(change), read);
        CHECK(read == change);
        change = {{}, {}, {}, day("d6 00:00")};
    }
}

}  // namespace billhook
