#include "tools/commands/plans_constants.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

namespace {

catalogue two_plans() {
    catalogue all;
    all.plans.resize(2);
    all.plans[0].key = "basic";
    all.plans[0].features = {
        {"patients_max", std::int64_t{50}},
        {"2fa",          true            }
    };
    all.plans[1].key = "pro-plus";
    all.addons.resize(1);
    all.addons[0].features = {
        {"sms", std::int64_t{500}}
    };
    return all;
}

}  // namespace

TEST_CASE("plans constants: switches and limits and plans by name in each language") {
    struct row {
        constants_language language;
        const char* text;
    };
    const row rows[] = {
        {constants_language::typescript,
         R"(// Written by `billhook plans constants`; to be written again whenever plans.toml changes.

export const FEATURE_2FA = "2fa";
export type Switch = "2fa";

export const FEATURE_PATIENTS_MAX = "patients_max";
export const FEATURE_SMS = "sms";
export type Limit = "patients_max" | "sms";

export const PLAN_BASIC = "basic";
export const PLAN_PRO_PLUS = "pro-plus";
export type Plan = "basic" | "pro-plus";

export type Feature = Switch | Limit;
)"},
        {constants_language::python,
         R"(# Written by `billhook plans constants`; to be written again whenever plans.toml changes.

from typing import Final, Literal, NoReturn, Union

FEATURE_2FA: Final = "2fa"
Switch = Literal["2fa"]

FEATURE_PATIENTS_MAX: Final = "patients_max"
FEATURE_SMS: Final = "sms"
Limit = Literal["patients_max", "sms"]

PLAN_BASIC: Final = "basic"
PLAN_PRO_PLUS: Final = "pro-plus"
Plan = Literal["basic", "pro-plus"]

Feature = Union[Switch, Limit]
)" },
        {constants_language::go,
         R"(// Written by `billhook plans constants`; to be written again whenever plans.toml changes.

package billing

type Switch string

const (
	Feature2fa Switch = "2fa"
)

type Limit string

const (
	FeaturePatientsMax Limit = "patients_max"
	FeatureSms         Limit = "sms"
)

type Plan string

const (
	PlanBasic   Plan = "basic"
	PlanProPlus Plan = "pro-plus"
)
)"},
    };
    for (const row& each : rows) {
        const auto text = constants_file(two_plans(), each.language);
        REQUIRE(text.has_value());
        CHECK(*text == each.text);
    }
}

TEST_CASE("plans constants: two names that would be one are refused and both are told") {
    struct row {
        const char* first;
        const char* second;
        constants_language language;
        const char* constant;  // nullptr: they are two
    };
    const row rows[] = {
        {"a-b", "a_b", constants_language::typescript, "FEATURE_A_B"},
        {"a-b", "a_b", constants_language::python,     "FEATURE_A_B"},
        {"a-b", "a_b", constants_language::go,         "FeatureAB"  },
        {"AB",  "ab",  constants_language::python,     "FEATURE_AB" },
        {"AB",  "ab",  constants_language::go,         nullptr      },
        {"AB",  "a_b", constants_language::go,         "FeatureAB"  },
        {"AB",  "a_b", constants_language::typescript, nullptr      },
    };
    for (const row& each : rows) {
        CAPTURE(each.second);
        catalogue plans;
        plans.plans.resize(1);
        plans.plans[0].features = {
            {each.first,  true           },
            {each.second, std::int64_t{1}}
        };
        const auto text = constants_file(plans, each.language);
        REQUIRE(text.has_error() == (each.constant != nullptr));
        if (each.constant != nullptr) {
            CHECK(text.error() == same_constant{each.constant, each.first, each.second});
        }
    }
}

TEST_CASE("plans constants: plans without a feature make a file without one") {
    catalogue plans;
    plans.plans.resize(1);
    plans.plans[0].key = "only";
    for (const auto language :
         {constants_language::typescript, constants_language::python, constants_language::go}) {
        const auto text = constants_file(plans, language);
        REQUIRE(text.has_value());
        CHECK(text->find("FEATURE") == std::string::npos);
        CHECK(text->find("only") != std::string::npos);
    }
}

}  // namespace billhook
