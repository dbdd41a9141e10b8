#include "worker/insight/history.hpp"

#include "tests/builders/living.hpp"
#include "tests/builders/past.hpp"
#include "tests/worker/domain/worked_lives.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/unheard.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::day;
using builders::example_plans;
using builders::told_in;

const organization_id org{"org_1"};

const std::string failing = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
    f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 updated status:active->past_due
    p1 d38 09:00 in_2 paid paid attempts=2
    p2 d38 09:00 sub_1 updated status:past_due->active
)";

std::string lines_of(const std::vector<standing>& course) {
    std::string text;
    for (const auto& one : course) {
        text += to_rfc3339(one.as_of) + " " + std::string(to_word(one.why)) + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("history: the past of each worked life is what the tables said at that moment") {
    const auto plans = example_plans();
    for (const auto& [name, lines, answers] : worked_lives()) {
        CAPTURE(name);
        const auto events = builders::life(lines);
        for (const auto& line : answers) {
            CAPTURE(line);
            const auto [now, known] = builders::moment_of(line, events);
            builders::memory_projection tables;
            static_cast<void>(builders::fold_in(tables, known, plans, now));
            auto then = tables.load(org);
            then.stored.reset();
            then.recorded.clear();
            const auto past = facts_at(builders::past_of(known), now);
            CHECK((past.subscriptions == then.subscriptions));
            CHECK((past.cases == then.cases));
            CHECK((past.customers == then.customers));
            CHECK((past.mappings == then.mappings));
            CHECK((past.schedules == then.schedules));
            CHECK((past.invoices == then.invoices));
            CHECK((assess(past, plans, now) == assess(then, plans, now)));
        }
    }
}

TEST_CASE("history: only what was created by then is known however early it came") {
    const auto past = builders::past_of(told_in(failing));
    CHECK(facts_at(past, day("d30 00:59")).cases.empty());
    CHECK(facts_at(past, day("d30 01:00")).cases.size() == 1);
    CHECK(!facts_at(past, day("d38 08:59")).cases[0].ended_at);
    CHECK(facts_at(past, day("d38 09:00")).cases[0].ended_at == day("d38 09:00"));
}

TEST_CASE("history: whose a customer was is derived for each moment") {
    const auto past = builders::past_of(told_in(R"(
        o1 d0 00:00 cus_1 created org=org_1
        o2 d0 00:00 sub_1 created active plan=basic period=0-360 latest=in_1
        o3 d10 00:00 cus_1 updated org:org_1->org_2
    )"));
    CHECK(facts_at(past, day("d9 00:00")).subscriptions.size() == 1);
    CHECK(facts_at(past, day("d10 00:00")).subscriptions.empty());
    CHECK(is_unheard_of(facts_at(past, day("d10 00:00"))));
    const auto plans = example_plans();
    const auto after = standing_at(facts_at(past, day("d10 00:00")), plans, day("d10 00:00"));
    CHECK(after.why == reason::unknown);
    CHECK(after.access == access_level::full);
    CHECK((after.features == plans.plans[0].features));
}

TEST_CASE("course: changes by events and by the clock and each at its instant") {
    const auto past = builders::past_of(told_in(failing));
    CHECK(
        lines_of(course_of(past, builders::example_policy(), day("d0 00:00"), day("d60 00:00"))) ==
        "2026-01-01T00:00:00Z paid\n"
        "2026-01-31T01:00:00Z grace\n"
        "2026-02-07T01:00:00Z restricted\n"
        "2026-02-08T09:00:00Z paid\n"
    );
    CHECK(
        lines_of(course_of(past, builders::example_policy(), day("d31 00:00"), day("d33 00:00"))) ==
        "2026-02-01T00:00:00Z grace\n"
    );
}

TEST_CASE("course: each plan counts for as long as it was in force") {
    const auto past = builders::past_of(told_in(failing));
    auto policies = builders::example_policy();
    policies.push_back({day("d36 00:00"), example_plans()});
    policies[0].plans.plans[0].dunning.grace = std::chrono::days{3};
    CHECK(
        lines_of(course_of(past, policies, day("d30 00:00"), day("d38 00:00"))) ==
        "2026-01-31T00:00:00Z paid\n"
        "2026-01-31T01:00:00Z grace\n"
        "2026-02-03T01:00:00Z restricted\n"
        "2026-02-06T00:00:00Z grace\n"
        "2026-02-07T01:00:00Z restricted\n"
    );
}

}  // namespace billhook
