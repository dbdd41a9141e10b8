#pragma once

#include <cstdint>

namespace billhook {

// Rises with every change of what the fold or assess leave in a projection's tables. A projection
// keeps the version that built it; a worker writes no other (build one with `billhook replay`).
inline constexpr std::int32_t fold_version = 5;

}  // namespace billhook
