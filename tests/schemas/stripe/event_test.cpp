#include "schemas/stripe/event.hpp"

#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

namespace billhook::stripe {

namespace {

const std::string long_text(256, 'a');
const std::string longest_text(255, 'a');

std::string with_event_field(std::string_view field) {
    return R"({"id":"evt_1","object":"event","type":"customer.updated",)" + std::string(field) +
           R"("data":{"object":{"id":"cus_1","object":"customer"}}})";
}

}  // namespace

TEST_CASE("event: each body is an event or refused by one word") {
    const struct {
        std::string name;
        std::string body;
        std::string outcome;
    } rows[] = {
        {"a used type", event_body("customer.created", R"({"id":"cus_1"})"), "parsed"},
        {"an unused type", event_body("charge.failed", R"({"id":"ch_1"})"), "parsed"},
        {"not JSON", "id=evt_1", "not_json"},
        {"empty", "", "not_json"},
        {"duplicate keys", R"({"id":"evt_1","id":"evt_1"})", "not_json"},
        {"an array", "[{}]", "not_an_object"},
        {"a string", "\"evt_1\"", "not_an_object"},
        {"no id", R"({"type":"customer.created"})", "no_id"},
        {"id null", R"({"id":null})", "no_id"},
        {"id empty", R"({"id":""})", "no_id"},
        {"id a number", R"({"id":12345})", "no_id"},
        {"id of 255 bytes", R"({"id":")" + longest_text + R"("})", "parsed"},
        {"id of 256 bytes", R"({"id":")" + long_text + R"("})", "id_too_long"},
        {"only an id", R"({"id":"evt_1"})", "parsed"},
        {"no type", R"({"id":"evt_1","object":"event","created":1})", "parsed"},
        {"a type of another kind", R"({"id":"evt_1","object":"event","type":7})", "parsed"},
        {"no data", R"({"id":"evt_1","object":"event","type":"invoice.paid"})", "no_object"},
        {"object null", event_body("invoice.paid", "null"), "no_object"},
        {"object a string", event_body("invoice.paid", "\"in_1\""), "no_object"},
        {"object without id", event_body("invoice.paid", "{}"), "no_object"},
        {"object id a number", event_body("invoice.paid", R"({"id":1})"), "no_object"},
        {"object id too long",
         event_body("invoice.paid", R"({"id":")" + long_text + R"("})"),
         "id_too_long"},
        {"object of another kind",
         event_body("invoice.paid", R"({"id":"ch_1","object":"charge"})"),
         "no_object"},
        {"object id with a NUL", event_body("invoice.paid", R"({"id":"in_\u0000"})"), "bad_id"},
        {"customer's id with a lone surrogate",
         event_body("invoice.paid", R"({"id":"in_1","customer":"cus_\udc00"})"),
         "bad_id"},
        {"customer's id a number",
         event_body("invoice.paid", R"({"id":"in_1","customer":7})"),
         "bad_id"},
        {"customer's id too long",
         event_body("invoice.paid", R"({"id":"in_1","customer":{"id":")" + long_text + R"("}})"),
         "id_too_long"},
        {"no customer", event_body("invoice.paid", R"({"id":"in_1","customer":null})"), "parsed"},
        {"no created", with_event_field(""), "no_created"},
        {"created null", with_event_field(R"("created":null,)"), "no_created"},
        {"created a text", with_event_field(R"("created":"1700000000",)"), "no_created"},
        {"created a fraction", with_event_field(R"("created":1700000000.5,)"), "no_created"},
        {"created negative", with_event_field(R"("created":-1,)"), "no_created"},
        {"created in ms", with_event_field(R"("created":1700000000000,)"), "no_created"},
        {"livemode a text", with_event_field(R"("created":1,"livemode":"true",)"), "parsed"},
        {"livemode missing", with_event_field(R"("created":1,)"), "parsed"},
        {"api_version null", with_event_field(R"("created":1,"api_version":null,)"), "parsed"},
        {"api_version a number", with_event_field(R"("created":1,"api_version":2,)"), "parsed"},
        {"account null", with_event_field(R"("created":1,"account":null,)"), "parsed"},
        {"account a number", with_event_field(R"("created":1,"account":7,)"), "parsed"},
        {"request a bare text", with_event_field(R"("created":1,"request":"req_1",)"), "parsed"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(outcome_of(row.body) == row.outcome);
    }
}

TEST_CASE("event: what is around an object is journalled") {
    const event what = event_in(event_body("invoice.paid", R"({"id":"in_1","customer":"cus_1"})"));
    CHECK(what.id == event_id("evt_1"));
    CHECK(what.type == "invoice.paid");
    CHECK(what.object == "in_1");
    CHECK(what.customer == customer_id("cus_1"));
    CHECK(what.created == at(1000));
    CHECK(what.api_version == "2024-06-20");
    CHECK(what.livemode == false);
    CHECK(std::holds_alternative<invoice_fact>(what.said));
}

TEST_CASE("event: what has an id but is no event that we use is ignored") {
    const struct {
        std::string name;
        std::string body;
        std::string type;
        std::string object;
    } rows[] = {
        {"unused type", event_body("charge.failed", R"({"id":"ch_1"})"), "charge.failed", "ch_1"},
        {"upcoming invoice",
         event_body("invoice.upcoming", R"({"id":null})"),
         "invoice.upcoming", ""},
        {"type of 256 bytes", event_body(long_text, R"({"id":"x_1"})"), "", "x_1"},
        {"thin event",
         R"({"id":"evt_1","object":"v2.core.event","type":"v1.invoice.paid",)"
         R"("related_object":{"id":"in_1","type":"invoice"}})", "v1.invoice.paid",
         "in_1"},
        {"thin event with the name of a used type",
         R"({"id":"evt_1","object":"v2.core.event","type":"customer.created","data":{"object":{"id":"cus_1"}}})",
         "customer.created", ""},
        {"EventBridge",
         R"({"version":"0","id":"17e8","detail-type":"customer.created","account":"506417113029",)"
         R"("detail":{"id":"evt_1","object":"event","type":"customer.created"}})", "",
         ""},
        {"Event Grid",
         R"({"specversion":"1.0","id":"9aeb","type":"customer.created",)"
         R"("data":{"id":"evt_1","object":"event","data":{"object":{"id":"cus_1"}}}})", "customer.created",
         ""},
        {"unreadable created",
         R"({"id":"evt_1","object":"event","type":"ping","created":"x"})", "ping",
         ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const event what = event_in(row.body);
        CHECK(std::holds_alternative<std::monostate>(what.said));
        CHECK(what.type == row.type);
        CHECK(what.object == row.object);
        CHECK(what.id.text().find('/') == std::string::npos);
    }
}

TEST_CASE("event: a thin event's time is RFC 3339") {
    const event what = event_in(
        R"({"id":"evt_1","object":"v2.core.event","created":"2025-10-04T15:13:32.232083866Z","livemode":true})"
    );
    REQUIRE(what.created.has_value());
    CHECK(to_rfc3339(*what.created) == "2025-10-04T15:13:32.232083Z");
    CHECK(what.livemode == true);
}

TEST_CASE("event: a body without object is an event if it holds one") {
    const event what = event_in(
        R"({"id":"evt_1","type":"customer.created","created":5,"data":{"object":{"id":"cus_1"}}})"
    );
    CHECK(std::holds_alternative<customer_fact>(what.said));
    CHECK_FALSE(what.livemode.has_value());
    CHECK(what.api_version.empty());
}

TEST_CASE("event: all ids of a connected account carry it and organizations never do") {
    const std::string body =
        R"({"id":"evt_1","object":"event","account":"acct_1","created":5,)"
        R"("type":"customer.subscription.updated","data":{"object":{"id":"sub_1","customer":"cus_1",)"
        R"("latest_invoice":{"id":"in_1"},"metadata":{"organization_id":"org_1"}},)"
        R"("previous_attributes":{"latest_invoice":"in_0"}}})";
    const event what = event_in(body);
    CHECK(what.id.text() == "evt_1");
    CHECK(what.object == "acct_1/sub_1");
    CHECK(what.customer == customer_id("acct_1/cus_1"));
    const auto fact = fact_in<subscription_fact>(body);
    CHECK(fact.id.text() == "acct_1/sub_1");
    CHECK(fact.event.text() == "evt_1");
    CHECK(fact.state.customer == customer_id("acct_1/cus_1"));
    CHECK(fact.state.latest_invoice == invoice_id("acct_1/in_1"));
    CHECK(fact.state.organization == organization_id("org_1"));
    CHECK(fact.replaced.latest_invoice == std::optional(invoice_id("acct_1/in_0")));
}

TEST_CASE("event: every prefix of a body is refused") {
    const std::string body = event_body("customer.created", R"({"id":"cus_1","metadata":{}})");
    for (std::size_t size = 0; size < body.size(); ++size) {
        CAPTURE(size);
        CHECK(outcome_of(std::string_view(body).substr(0, size)) == "not_json");
    }
}

}  // namespace billhook::stripe
