#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace billhook {

[[nodiscard]] std::array<std::byte, 32> sha256(std::string_view bytes);

// Sixty-four lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace billhook
