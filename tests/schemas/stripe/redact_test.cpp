#include "schemas/stripe/redact.hpp"

#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::stripe {

TEST_CASE("redact: only what the list allows is shown") {
    const std::string body =
        R"({"id":"evt_1","object":"event","account":"acct_1","api_version":"2024-06-20","created":1000,)"
        R"("livemode":true,"type":"invoice.paid","request":{"idempotency_key":"secret-key"},)"
        R"("data":{"object":{"id":"in_1","object":"invoice","customer":"cus_1","subscription":"sub_1",)"
        R"("customer_email":"jane@example.com","hosted_invoice_url":"https://invoice.stripe.com/i/x",)"
        R"("client_secret":"pi_1_secret_2","metadata":{"organization_id":"org_1"},"description":"free text"}}})";
    CHECK(
        redact(body) ==
        R"({"id":"evt_1","type":"invoice.paid","created":1000,"livemode":true,)"
        R"("api_version":"2024-06-20","account":"acct_1","object":"invoice","object_id":"in_1",)"
        R"("customer":"cus_1","subscription":"sub_1"})"
    );
}

TEST_CASE("redact: text that is no word of Stripe's is left out") {
    CHECK(
        redact(R"({"id":"jane@example.com","type":"two words","created":"https://x.test/y"})") ==
        "{}"
    );
    CHECK(
        redact(R"({"id":"evt_1","created":"2025-10-04T15:13:32Z","type":"v2.core.account[x].y"})"
        ) == R"({"id":"evt_1","type":"v2.core.account[x].y","created":"2025-10-04T15:13:32Z"})"
    );
    CHECK(redact(R"({"id":")" + std::string(256, 'a') + R"("})") == "{}");
    CHECK(redact(R"(["jane@example.com"])") == "{}");
}

TEST_CASE("redact: of an unreadable body only reason and size are shown") {
    CHECK(redact("jane@example.com") == R"({"unreadable":"syntax","bytes":16})");
    CHECK(redact("") == R"({"unreadable":"syntax","bytes":0})");
    CHECK(redact(R"({"a":1,"a":2})") == R"({"unreadable":"duplicate_key","bytes":13})");
}

}  // namespace billhook::stripe
