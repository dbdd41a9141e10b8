#include "schemas/io/stripe_api/objects.hpp"

#include "tests/schemas/io/stripe_api/asked.hpp"

#include <doctest/doctest.h>

namespace billhook::stripe {

TEST_CASE("objects: a contact is asked of the account that has the customer") {
    asked of({
        {.status = 200,
         .body = R"({"id":"cus_1","object":"customer","email":"a@b.example","name":"A"})"}
    });
    const auto found = contact_of(of.client, customer_id("acct_7/cus_1"));
    REQUIRE(found.has_value());
    CHECK(found->id == customer_id("acct_7/cus_1"));
    CHECK((found->email == secret("a@b.example")));
    CHECK((found->name == secret("A")));
    CHECK_FALSE(found->deleted);
    CHECK(of.calls.front().path == "/v1/customers/cus_1");
    CHECK(of.calls.front().headers.at("stripe-account") == "acct_7");
}

TEST_CASE("objects: a deleted customer has no address but is an answer") {
    asked of({
        {.status = 200, .body = R"({"id":"cus_1","object":"customer","deleted":true})"}
    });
    const auto found = contact_of(of.client, customer_id("cus_1"));
    REQUIRE(found.has_value());
    CHECK(found->deleted);
    CHECK(found->email.empty());
    CHECK_FALSE(of.calls.front().headers.contains("stripe-account"));
}

TEST_CASE("objects: an invoice brings its amount and link") {
    asked of({
        {.status = 200,
         .body =
             R"({"id":"in_1","object":"invoice","status":"open","amount_due":2900,"currency":"usd",)"
             R"("hosted_invoice_url":"https://invoice.stripe.example/i/1"})"},
        {.status = 200,
         .body = R"({"id":"in_1","object":"invoice","status":"draft","amount_due":2900,)"
                 R"("currency":"usd","hosted_invoice_url":null})"           }
    });
    const auto open = invoice_of(of.client, invoice_id("in_1"));
    REQUIRE(open.has_value());
    CHECK(open->status == "open");
    CHECK((open->amount_due == money{2900, "usd"}));
    CHECK((open->hosted_invoice_url == secret("https://invoice.stripe.example/i/1")));
    const auto draft = invoice_of(of.client, invoice_id("in_1"));
    REQUIRE(draft.has_value());
    CHECK(draft->hosted_invoice_url.empty());
    CHECK(of.calls.front().path == "/v1/invoices/in_1");
}

TEST_CASE("objects: what Stripe does not have is a refusal") {
    asked of({
        {.status = 404,
         .body = R"({"error":{"type":"invalid_request_error","code":"resource_missing"}})"}
    });
    const auto found = invoice_of(of.client, invoice_id("acct_1/../in_1?x"));
    REQUIRE(found.has_error());
    CHECK(found.error().code == "resource_missing");
    CHECK(of.calls.front().path == "/v1/invoices/../in_1?x");
    CHECK(of.calls.front().parameters.empty());
}

}  // namespace billhook::stripe
