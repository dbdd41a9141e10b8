#include "schemas/types/internet_date.hpp"

#include <doctest/doctest.h>

namespace billhook {

TEST_CASE("internet date: as RFC 9110 and RFC 5322 write it") {
    const std::chrono::sys_seconds at{std::chrono::seconds{784'111'777}};
    CHECK(internet_date(at, "GMT") == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(internet_date(at, "+0000") == "Sun, 06 Nov 1994 08:49:37 +0000");
}

}  // namespace billhook
