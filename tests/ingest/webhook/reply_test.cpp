#include "ingest/webhook/reply.hpp"

#include <doctest/doctest.h>

namespace billhook {
namespace {

TEST_CASE("reply: persisted alone is 200") {
    const auto reply = reply_to(delivery::persisted);
    CHECK(reply.status == 200);
    CHECK(reply.body == R"({"received":true})");
    CHECK(reply.content_type == "application/json");
    for (const auto other : {delivery::refused, delivery::unknown}) {
        CHECK(reply_to(other).status == 503);
        CHECK(reply_to(other).retry_after.has_value());
    }
}

TEST_CASE("reply: whatever is wrong with a signature looks the same from outside") {
    using enum signature_refusal;
    const auto one = problem_of(missing);
    CHECK(http::status_of(one.code) == 400);
    for (const auto other : {malformed, outside_tolerance, no_match}) {
        CHECK(problem_of(other).code == one.code);
    }
}

}  // namespace
}  // namespace billhook
