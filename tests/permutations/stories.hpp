#pragma once

#include "tests/permutations/walk.hpp"

#include <vector>

namespace billhook::permutations {

// What the permutation proof walks: the worked lives of at most 8 events, and stories that hurt.
[[nodiscard]] const std::vector<story>& stories();

}  // namespace billhook::permutations
