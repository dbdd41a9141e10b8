#pragma once

#include "schemas/plans/catalogue.hpp"

#include <string>
#include <vector>

namespace billhook {

// One key of plans.toml with another value; empty: it is not there. Durations as in the file.
struct plans_difference {
    std::string key;  // "plans.basic.dunning.grace"
    std::string before;
    std::string after;
    friend bool operator==(const plans_difference&, const plans_difference&) = default;
};

// By key; what a plan inherits from [dunning] is told for each plan. The order of the plans is a
// value, too.
[[nodiscard]] std::vector<plans_difference> differences(
    const catalogue& before,
    const catalogue& after
);

// "yes", "no", "50", "unlimited".
[[nodiscard]] std::string to_words(const feature_value& value);

}  // namespace billhook
