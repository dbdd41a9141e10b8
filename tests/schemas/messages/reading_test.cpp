#include "schemas/messages/reading.hpp"

#include <doctest/doctest.h>

namespace billhook {

namespace {

reading example() {
    return {
        .type = "invoice.updated",
        .object_id = "in_1",
        .object = R"({"id":"in_1","object":"invoice"})",
        .api_version = "2026-07-29.dahlia",
        .created = from_unix_seconds(1'790'000'000),
        .livemode = true};
}

}  // namespace

TEST_CASE("reading: it has the shape of an event") {
    const reading what = example();
    const std::string id = reading_id(what).text();
    CHECK(id.size() == 28);
    CHECK(
        to_json(what) ==
        R"({"id":")" + id +
            R"(","object":"event","api_version":"2026-07-29.dahlia","created":1790000000,)"
            R"("livemode":true,"type":"invoice.updated","data":{"object":{"id":"in_1",)"
            R"("object":"invoice"}}})"
    );
}

TEST_CASE("reading: its id is a function of object and type and second") {
    const reading what = example();
    reading other = what;
    other.object = "{}";
    CHECK(reading_id(other) == reading_id(what));
    other.object_id = "in_2";
    CHECK(reading_id(other) != reading_id(what));
    other = what;
    other.type = "invoice.payment_failed";
    CHECK(reading_id(other) != reading_id(what));
    other = what;
    other.created += std::chrono::seconds{1};
    CHECK(reading_id(other) != reading_id(what));
    CHECK(is_reading(reading_id(what)));
    CHECK_FALSE(is_reading(event_id("evt_1")));
}

}  // namespace billhook
