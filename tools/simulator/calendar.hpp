#pragma once

#include "schemas/types/instant.hpp"

#include <chrono>

namespace billhook::simulator {

// `count` calendar months after (before, if negative) `from`, at its time of day; a day that the
// month does not have becomes its last one.
[[nodiscard]] inline instant months_after(instant from, int count) {
    const auto day = std::chrono::floor<std::chrono::days>(from);
    const std::chrono::year_month_day date{day};
    const auto month =
        std::chrono::year_month{date.year(), date.month()} + std::chrono::months{count};
    std::chrono::year_month_day then{month.year(), month.month(), date.day()};
    if (!then.ok()) {
        then = std::chrono::sys_days{month / std::chrono::last};
    }
    return std::chrono::sys_days{then} + (from - day);
}

}  // namespace billhook::simulator
