#pragma once

#include <cstdint>
#include <string_view>

namespace billhook {

// How much of its plan an organization may use, from the best to the least.
enum class access_level : std::uint8_t { full, restricted, none };
[[nodiscard]] std::string_view to_word(access_level what);

}  // namespace billhook
