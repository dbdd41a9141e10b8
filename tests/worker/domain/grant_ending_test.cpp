#include "worker/domain/grant_ending.hpp"

#include "tests/builders/living.hpp"
#include "tests/worker/domain/looks.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace billhook {

namespace {

const std::string payer =
    "a d0 00:00 sub_1 created active plan=basic period=0-100 latest=in_1 org=org_1\n";
const std::string plan_given = "g d5 00:00 grant - org=org_1 plan=enterprise until=d60\n";

}  // namespace

TEST_CASE("grant ending: it is told once and only where it takes something") {
    // clang-format off
    const struct {
        const char* name;
        std::string events;
        std::vector<std::pair<const char*, const char*>> at;
    } rows[] = {
        {"a plan", payer + plan_given,
         {{"d52 23:59", "-"}, {"d53 00:00", "sent grant_ending"}, {"d59 00:00", "-"}}},
        {"no more than what is paid for",
         payer + "g d5 00:00 grant - org=org_1 plan=basic until=d60",
         {{"d53 00:00", "-"}}},
        {"a limit alone", payer + "g d5 00:00 grant - org=org_1 patients_max=200 until=d60",
         {{"d53 00:00", "sent grant_ending"}}},
        {"as much as a later one gives",
         payer + plan_given + "h d6 00:00 grant - org=org_1 plan=enterprise until=d80",
         {{"d53 00:00", "-"}, {"d73 00:00", "sent grant_ending"}}},
        {"as much as a later one gave that was taken back",
         payer + plan_given + "h d6 00:00 grant - org=org_1 plan=enterprise until=d80\n"
                              "r d55 00:00 revoke - org=org_1 of=h",
         {{"d53 00:00", "-"}, {"d55 00:00", "sent grant_ending"}}},
        {"as much as one that ends with it",
         payer + plan_given + "h d6 00:00 grant - org=org_1 plan=enterprise until=d60",
         {{"d53 00:00", "sent grant_ending"}, {"d54 00:00", "-"}}},
        {"more than a later one gives",
         payer + plan_given + "h d6 00:00 grant - org=org_1 access=full until=d80",
         {{"d53 00:00", "sent grant_ending"}, {"d73 00:00", "-"}}},
        {"taken back before", payer + plan_given + "r d50 00:00 revoke - org=org_1 of=g",
         {{"d53 00:00", "-"}}},
        {"no longer than the notice",
         payer + "g d5 00:00 grant - org=org_1 plan=enterprise until=d12",
         {{"d5 00:00", "-"}, {"d11 00:00", "-"}}},
        {"a little longer than the notice",
         payer + "g d5 00:00 grant - org=org_1 plan=enterprise until=d13",
         {{"d5 23:59", "-"}, {"d6 00:00", "sent grant_ending"}}},
        {"found in time", payer + plan_given, {{"d56 00:00", "sent grant_ending"}}},
        {"found too late", payer + plan_given,
         {{"d56 00:01", "skipped grant_ending"}, {"d57 00:00", "-"}}},
        {"found when it is over", payer + plan_given, {{"d60 00:00", "-"}}},
        {"told of another subscription before",
         payer + plan_given + "b d54 00:00 sub_1 deleted\n"
                              "c d54 00:00 sub_2 created active plan=basic period=54-100 org=org_1",
         {{"d53 00:00", "sent grant_ending"}, {"d55 00:00", "skipped canceled"}}},
        {"who is canceled since",
         payer + "b d20 00:00 sub_1 deleted\n"
                "g d25 00:00 grant - org=org_1 plan=enterprise until=d50",
         {{"d20 01:00", "sent canceled"}, {"d43 00:00", "sent grant_ending"}}},
        {"nobody to tell",
         "a d0 00:00 cus_1 created org=org_1\n" + plan_given, {{"d53 00:00", "-"}}},
    };
    // clang-format on
    auto plans = builders::example_plans();
    plans.grant_notice = std::chrono::days{7};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto events = builders::life(row.events);
        builders::memory_projection tables;
        std::set<event_id> seen;
        for (const auto& [when, expected] : row.at) {
            CAPTURE(when);
            CHECK(
                shown(look(tables, seen, builders::moment_of(when, events), plans)) ==
                std::string(expected)
            );
        }
    }
}

TEST_CASE("grant ending: it says which plan ends when and nothing without grant_notice") {
    const auto events = builders::life(payer + plan_given);
    auto plans = builders::example_plans();
    for (const bool announced : {true, false}) {
        CAPTURE(announced);
        plans.grant_notice =
            announced ? std::optional<std::chrono::seconds>{std::chrono::days{7}} : std::nullopt;
        builders::memory_projection tables;
        std::set<event_id> seen;
        const auto due = look(tables, seen, builders::moment_of("d53 00:00", events), plans);
        REQUIRE(due.size() == (announced ? 1U : 0U));
        if (announced) {
            REQUIRE(due.front().sent.has_value());
            const notice& told = *due.front().sent;
            CHECK(told.step == "grant_ending@grant_g");
            CHECK(told.organization == organization_id{"org_1"});
            CHECK(told.subscription == subscription_id{"sub_1"});
            CHECK(told.plan == "enterprise");
            CHECK(told.grant_end == builders::day("d60 00:00"));
        }
    }
}

}  // namespace billhook
