#include "schemas/types/instant.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

TEST_CASE("instant: RFC 3339 is read exactly and written back") {
    struct row {
        std::string text;
        std::optional<std::string> back;
    };
    const row rows[] = {
        {"2026-02-03T04:05:06Z",           "2026-02-03T04:05:06Z"       },
        {"2026-02-03T04:05:06.5Z",         "2026-02-03T04:05:06.500000Z"},
        {"2025-10-04T15:13:32.232083866Z", "2025-10-04T15:13:32.232083Z"},
        {"2026-02-03T04:05:06+02:00",      "2026-02-03T02:05:06Z"       },
        {"1969-12-31T23:59:59.999999Z",    "1969-12-31T23:59:59.999999Z"},
        {"2026-02-29T00:00:00Z",           std::nullopt                 },
        {"2026-02-03 04:05:06Z",           std::nullopt                 },
        {"2026-02-03T04:05:06",            std::nullopt                 },
        {"2026-02-03T04:05:06.Z",          std::nullopt                 },
        {"2026-02-03T24:05:06Z",           std::nullopt                 },
        {"2026-02-03T04:05:06Zx",          std::nullopt                 },
        {"",                               std::nullopt                 },
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto at = from_rfc3339(row.text);
        REQUIRE(at.has_value() == row.back.has_value());
        if (at) {
            CHECK(to_rfc3339(*at) == *row.back);
        }
    }
}

TEST_CASE("instant: a duration is a whole number and one unit") {
    using namespace std::chrono_literals;
    CHECK(duration_from("90s") == 90s);
    CHECK(duration_from("15m") == 15min);
    CHECK(duration_from("72h") == 72h);
    CHECK(duration_from("14d") == std::chrono::days{14});
    CHECK(duration_from("0d") == 0s);
    for (const char* bad : {"", "d", "14", "-1d", "1.5d", "1d2h", " 1d", "1w", "99999999999999d"}) {
        CAPTURE(bad);
        CHECK_FALSE(duration_from(bad).has_value());
    }
    CHECK(to_text(std::chrono::days{3}) == "3d");
    CHECK(to_text(90min) == "90m");
    CHECK(to_text(0s) == "0s");
}

}  // namespace billhook
