#pragma once

#include "schemas/plans/policy.hpp"

#include <string>
#include <string_view>

namespace billhook {

// Features as tables, views and messages have them: a JSON object of true, false, a limit, or null
// for unlimited (-1 in plans.toml).
[[nodiscard]] std::string to_text(const feature_map& features);
// The way back. The text is our own: anything else asserts.
void from_text(std::string_view text, feature_map& features);

}  // namespace billhook
