#pragma once

#include "schemas/plans/read_plans.hpp"

#include <optional>
#include <string>

namespace billhook {

// The file of plans at `path` (the setting `plans`), or nothing after each of its problems was
// printed to standard error, one line each: usage, for the caller's exit code.
[[nodiscard]] std::optional<plans_text> read_plans_file(const std::string& path);

}  // namespace billhook
