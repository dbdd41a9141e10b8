#pragma once

#include "schemas/types/instant.hpp"

#include <optional>
#include <string>

namespace billhook {

// "2026-02-07T01:00:00Z", or a day alone: its beginning in UTC.
[[nodiscard]] inline std::optional<instant> moment_from(const std::string& text) {
    return from_rfc3339(text.find('T') == std::string::npos ? text + "T00:00:00Z" : text);
}

}  // namespace billhook
