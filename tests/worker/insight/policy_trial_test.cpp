#include "worker/insight/policy_trial.hpp"

#include "tests/builders/living.hpp"
#include "tests/builders/past.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::day;
using std::chrono::days;
using std::chrono::hours;

organization_history past(const std::string& lines) {
    return builders::past_of(builders::told_in(lines));
}

const std::string pays_on_d38 = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 updated status:active->past_due
    p1 d38 01:00 in_2 paid paid attempts=2
    p2 d38 01:00 sub_1 updated status:past_due->active
)";

catalogue with_grace_of(int grace, int restricted) {
    auto plans = builders::example_plans();
    plans.plans[0].dunning.grace = days{grace};
    plans.plans[0].dunning.restricted = days{restricted};
    return plans;
}

}  // namespace

TEST_CASE("policy trial: how long which access lasted under either policy") {
    struct row {
        const char* name;
        int grace;
        int restricted;
        access_time time;
        std::size_t was_restricted;
        std::size_t was_cut_off;
        std::size_t differing;
    };
    const row rows[] = {
        {"the same",     7,  14, {days{9}, days{1}, days{0}},  1, 0, 0},
        {"more grace",   10, 14, {days{10}, days{0}, days{0}}, 0, 0, 1},
        {"less grace",   3,  14, {days{5}, days{5}, days{0}},  1, 0, 1},
        {"less of both", 3,  2,  {days{5}, days{2}, days{3}},  1, 1, 1},
    };
    const access_time was{days{9}, days{1}, days{0}};
    for (const row& each : rows) {
        CAPTURE(each.name);
        policy_trial trial;
        trial.add(
            past(pays_on_d38),
            builders::example_policy(),
            with_grace_of(each.grace, each.restricted),
            day("d30 01:00") - days{1},
            day("d39 01:00")
        );
        CHECK((trial.as_it_was == policy_trial::side{was, 1, 0}));
        CHECK((trial.tried == policy_trial::side{each.time, each.was_restricted, each.was_cut_off})
        );
        CHECK(trial.organizations == 1);
        CHECK(trial.differing == each.differing);
    }
}

TEST_CASE("policy trial: organizations add up") {
    policy_trial trial;
    for (const auto* const lines : {&pays_on_d38, &pays_on_d38}) {
        trial.add(
            past(*lines),
            builders::example_policy(),
            with_grace_of(10, 14),
            day("d38 00:00"),
            day("d39 00:00")
        );
    }
    CHECK(trial.organizations == 2);
    CHECK(trial.differing == 2);
    CHECK((trial.as_it_was.time == access_time{hours{46}, hours{2}, hours{0}}));
    CHECK((trial.tried.time == access_time{hours{48}, hours{0}, hours{0}}));
    CHECK(trial.as_it_was.restricted == 2);
    CHECK(trial.tried.restricted == 0);
}

}  // namespace billhook
