#include "schemas/io/process/log.hpp"

#include "schemas/types/secret.hpp"

#include <doctest/doctest.h>

#include <concepts>
#include <sstream>
#include <string>

namespace billhook {

static_assert(!std::invocable<log_name, secret>, "a secret is no field of a log line");

TEST_CASE("log: a JSON line holds time and level and process and message and fields") {
    std::ostringstream out;
    log lines("worker", log_level::info, log_format::json, out);
    lines.warning(
        "batch refused",
        "partition"_is(3),
        "event"_is(event_id{"evt_1"}),
        "was"_is(log_level::error),
        "ratio"_is(0.5),
        "live"_is(true),
        "state"_is("a \"quoted\" \\ word")
    );
    const auto line = out.str();
    CHECK(line.starts_with("{\"time\":\"20"));
    CHECK(line.ends_with(
        "Z\",\"level\":\"warning\",\"process\":\"worker\",\"message\":\"batch refused\","
        "\"partition\":3,\"event\":\"evt_1\",\"was\":\"error\",\"ratio\":0.5,\"live\":true,"
        "\"state\":\"a \\\"quoted\\\" \\\\ word\"}\n"
    ));
}

TEST_CASE("log: a text line quotes what has spaces") {
    std::ostringstream out;
    log lines("ingest", log_level::debug, log_format::text, out);
    lines.debug("accepted", "endpoint"_is("main"), "note"_is("two words"), "empty"_is(""));
    CHECK(out.str().ends_with(
        "Z debug ingest: accepted endpoint=main note=\"two words\" empty=\"\"\n"
    ));
}

TEST_CASE("log: lines below the least level are not written") {
    std::ostringstream out;
    log lines("ingest", log_level::warning, log_format::text, out);
    lines.info("quiet");
    CHECK(out.str().empty());
    lines.error("loud");
    CHECK_FALSE(out.str().empty());
}

TEST_CASE("log: a text field cannot break the line or carry more than 256 bytes") {
    struct row {
        std::string name;
        std::string text;
        std::string kept;
    };
    const row rows[] = {
        {"C0 and DEL",
         std::string{
             "a\n\r\0\x1b[31m\x7f"
             "b",
             11},
         "a[31mb"},
        {"C1 in UTF-8",
         "a\xC2\x85\xC2\x9B"
         "b", "ab"},
        {"letters stay", "caf\xC3\xA9 \xF0\x9F\x98\x80", "caf\xC3\xA9 \xF0\x9F\x98\x80"},
        {"not UTF-8", "a\xFF\xC0\xAF\xED\xA0\x80\xC3", "a"},
        {"long", std::string(300, 'x'), std::string(256, 'x')},
        {"no half characters", std::string(255, 'x') + "\xC3\xA9", std::string(255, 'x')},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(printable(row.text) == row.kept);
    }
}

}  // namespace billhook
