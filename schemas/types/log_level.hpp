#pragma once

#include <cstdint>

namespace billhook {

// What a process logs, and how: settings and the log itself agree on it.
enum class log_level : std::uint8_t { debug, info, warning, error };
enum class log_format : std::uint8_t { text, json };

}  // namespace billhook
