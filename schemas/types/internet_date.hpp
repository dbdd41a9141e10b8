#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace billhook {

// A date as the heads of HTTP and of mail have it: "Sun, 06 Nov 1994 08:49:37 GMT", in English
// whatever the locale. `zone` is how UTC is called there: "GMT" (RFC 9110), "+0000" (RFC 5322).
[[nodiscard]] std::string internet_date(std::chrono::sys_seconds at, std::string_view zone);

}  // namespace billhook
