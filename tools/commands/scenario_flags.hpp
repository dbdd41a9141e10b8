#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/settings/read_settings.hpp"
#include "tools/commands/flag_set.hpp"
#include "tools/simulator/scenario.hpp"

#include <optional>
#include <string>

// Which lives: the flags of all commands that make a scenario, so that two of them make the same.
namespace billhook {

struct scenario_flags {
    simulator::scenario_settings scenario;
    std::string until;
};

void add_flags(flag_set own, scenario_flags& flags);

// Takes the time once and settles what depends on it. False after saying what is wrong.
[[nodiscard]] bool settle(scenario_flags& flags);

// The plans, or nothing after each mistake was printed to standard error.
[[nodiscard]] std::optional<catalogue> plans_or_problems(
    const settings_input& from,
    const std::string& path
);

}  // namespace billhook
