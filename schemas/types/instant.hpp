#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billhook {

// A point in time, UTC, to the microsecond (what Postgres keeps). Stripe's times are whole seconds.
using instant = std::chrono::sys_time<std::chrono::microseconds>;

[[nodiscard]] constexpr instant from_unix_seconds(std::int64_t seconds) {
    return instant{std::chrono::seconds{seconds}};
}
[[nodiscard]] constexpr std::int64_t to_unix_seconds(instant at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

// "2026-02-03T04:05:06Z", with ".000001" only if there is a fraction. Years 0001 to 9999.
[[nodiscard]] std::string to_rfc3339(instant at);
// Exactly RFC 3339 with "Z" or a numeric offset, up to nine fraction digits (beyond micros cut
// off).
[[nodiscard]] std::optional<instant> from_rfc3339(std::string_view text);

// "90s", "15m", "72h", "14d": a whole number and one unit; nothing else.
[[nodiscard]] std::optional<std::chrono::seconds> duration_from(std::string_view text);
// The shortest such text: 259200 s is "3d".
[[nodiscard]] std::string to_text(std::chrono::seconds span);

}  // namespace billhook
