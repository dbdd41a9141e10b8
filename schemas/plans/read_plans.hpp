#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/types/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// One mistake in plans.toml: "plans.toml:12: plans.pro.features.x: must be true, false or a
// number".
struct plans_problem {
    int line = 0;      // 1 is the first; 0 if it belongs to no line
    std::string key;   // dotted path
    std::string text;  // what is wrong and what is allowed
};

// Reads the text of plans.toml. All problems at once, in line order: unknown keys, wrong types, bad
// durations, a trial_plan that does not exist, a price in two plans, descending or double notices.
[[nodiscard]] result<catalogue, std::vector<plans_problem>> read_plans(std::string_view toml);

// A text without problems, as it was written, and what it says.
struct plans_text {
    std::string toml;
    catalogue plans;
};

}  // namespace billhook
