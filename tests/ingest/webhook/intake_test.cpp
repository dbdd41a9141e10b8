#include "ingest/webhook/intake.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>

namespace billhook {
namespace {

constexpr const char* secret_text = "whsec_of_the_intake_test";
const instant now = from_unix_seconds(1700000000);

endpoint at() {
    endpoint made;
    made.name = "connect";
    made.path = "/hook";
    made.mode = endpoint_mode::both;
    made.secrets.push_back({"new", signing_key{secret{"whsec_another_one"}}, {}});
    made.secrets.push_back({"old", signing_key{secret{secret_text}}, {}});
    return made;
}

std::string signature_of(std::string_view body) {
    std::string text = "t=1700000000,v1=";
    for (const auto byte : signing_key{secret{secret_text}}.sign("1700000000", body)) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

http::request request_of(std::string body) {
    http::request made;
    made.head.method = "POST";
    made.head.target = "/hook";
    made.head.fields.add("stripe-signature", signature_of(body));
    made.body = std::move(body);
    return made;
}

TEST_CASE("intake: a signed request becomes the record of its own bytes") {
    const std::string body =
        R"( {"id":"evt_1","object":"event","type":"customer.updated","data":{"object":{"id":"cus_1","object":"customer"}}} )";
    auto request = request_of(body);
    const auto* const bytes = request.body.data();
    const auto where = at();
    const auto decided = decide(std::move(request), where, now);
    REQUIRE(decided.has_value());
    CHECK(decided->to_append.body == body);
    CHECK(decided->to_append.body.data() == bytes);  // moved
    CHECK(decided->to_append.key == "cus_1");
    CHECK(decided->to_append.event_id == "evt_1");
    CHECK(decided->to_append.event_type == "customer.updated");
    CHECK(decided->to_append.endpoint == "connect");
    CHECK(decided->to_append.mode == endpoint_mode::both);
    CHECK(decided->to_append.secret == "old");
    CHECK(decided->secret == 1);
    CHECK(decided->to_append.received_at == now);
    CHECK(decided->to_append.stripe_signature == signature_of(body));
    CHECK(decided->to_append.source == record_source_kind::webhook);
}

TEST_CASE("intake: nothing that is signed is refused for its content") {
    const auto where = at();
    for (const std::string body :
         {"",
          "{",
          "null",
          "[]",
          "\xff",
          R"({"id":"evt_1","object":"v2.core.event"})",
          R"({"livemode":true})",
          R"({"a":1,"a":2})"}) {
        CAPTURE(body);
        const auto decided = decide(request_of(body), where, now);
        REQUIRE(decided.has_value());
        CHECK(decided->to_append.body == body);
        CHECK_FALSE(decided->to_append.key.empty());
    }
}

TEST_CASE("intake: exactly one signature is needed and it must fit") {
    const auto where = at();
    http::request none;
    none.body = "{}";
    CHECK(decide(none, where, now).error() == signature_refusal::missing);
    auto two = request_of("{}");
    two.head.fields.add("Stripe-Signature", signature_of("{}"));
    CHECK(decide(two, where, now).error() == signature_refusal::missing);
    auto changed = request_of("{}");
    changed.body = "{ }";
    CHECK(decide(changed, where, now).error() == signature_refusal::no_match);
    CHECK(
        decide(request_of("{}"), where, now + where.tolerance + std::chrono::seconds{1}).error() ==
        signature_refusal::outside_tolerance
    );
    http::request garbled;
    garbled.head.fields.add("Stripe-Signature", "t=1");
    CHECK(decide(garbled, where, now).error() == signature_refusal::malformed);
}

}  // namespace
}  // namespace billhook
