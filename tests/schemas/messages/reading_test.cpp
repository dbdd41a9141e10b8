#include "schemas/messages/reading.hpp"

#include "schemas/stripe/event.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

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

TEST_CASE("reading: what is only assumed says so and Stripe's own events never are") {
    reading what = example();
    what.type = "customer.subscription.updated";
    what.object_id = "sub_1";
    what.object = R"({"id":"sub_1","object":"subscription","status":"active"})";
    const auto says = [](std::string body) {
        const auto told = stripe::parse_event(body);
        REQUIRE(told.has_value());
        return std::get<stripe::subscription_fact>(told->said).says;
    };
    CHECK(says(to_json(what)) == stripe::evidence::none);
    what.assumed = true;
    std::string body = to_json(what);
    CHECK(says(body) == stripe::evidence::assumed);
    body.replace(body.find("rec_"), 4, "evt_");
    CHECK(says(body) == stripe::evidence::none);
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
