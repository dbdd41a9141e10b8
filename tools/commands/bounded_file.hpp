#pragma once

#include "schemas/types/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace billhook {

enum class unreadable : std::uint8_t { no_file, too_large };
// "cannot be read"
[[nodiscard]] std::string_view to_words(unreadable why);

// The whole file; no more than `most` bytes are read of one that has more, or no end (a device).
[[nodiscard]] result<std::string, unreadable> read_bounded(
    const std::string& path,
    std::size_t most
);

}  // namespace billhook
