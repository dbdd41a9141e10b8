#include "tests/integration/api/selling_ground.hpp"

#include <doctest/doctest.h>

#include <string>

// What holds of all calls: keys of the caller's own, the rate of an organization, pages of other
// origins, the document of it all.
namespace billhook::testing {
namespace {

const std::string subscription = "/v1/organizations/org_1/subscription";
const std::string basic = R"({"plan":"basic","interval":"month"})";
constexpr const char* admin = "admin org_1";
constexpr const char* origin = "https://app.example.com";

std::string field(const std::string& name, const std::string& value) {
    return name + ": " + value + "\r\n";
}

}  // namespace

TEST_CASE("manners: a key of the caller's own is answered once") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    const running_api api{under.plan()};
    const auto ask = [&](const std::string& method, const std::string& key, const std::string& body
                     ) {
        return api.ask(method, subscription, admin, body, field("Idempotency-Key", key));
    };
    const auto made = ask("POST", "one", basic);
    CHECK(made.status == 201);
    CHECK(made.field("Idempotent-Replayed").empty());
    const auto executed = under.stripe.api.executed();
    const auto again = ask("POST", "one", basic);
    CHECK(again.status == 201);
    CHECK(again.body == made.body);
    CHECK(again.field("Idempotent-Replayed") == "true");
    CHECK(again.field("Cache-Control") == "no-store");
    CHECK(under.stripe.api.executed() == executed);
    const auto other = ask("POST", "one", R"({"plan":"basic","interval":"month","quantity":2})");
    CHECK(other.status == 422);
    CHECK(member_of(other, "code") == "idempotency_key_reused");
    CHECK(member_of(ask("DELETE", "one", ""), "code") == "idempotency_key_reused");
    CHECK(member_of(ask("POST", "a b", basic), "code") == "bad_idempotency_key");
    // Another organization's is its own.
    const auto elsewhere = api.ask(
        "POST",
        "/v1/organizations/org_2/subscription",
        "admin org_2",
        basic,
        field("Idempotency-Key", "one")
    );
    CHECK(elsewhere.status == 201);
    CHECK(elsewhere.body != made.body);

    // An end at once is answered again as it was, and does not end what was bought since.
    REQUIRE(under.stripe.api.confirm("sub_sold0001"));
    under.fold("org_1", "cus_sold0001");
    const auto end = [&] {
        return api.ask(
            "DELETE", subscription + "?when=now", admin, "", field("Idempotency-Key", "end")
        );
    };
    CHECK(end().status == 200);
    CHECK(ask("POST", "two", basic).status == 201);
    CHECK(end().status == 200);
    CHECK(under.stripe.api.subscriptions().back().is.status == "incomplete");
}

TEST_CASE("manners: an organization may ask Stripe so often and read as often as it likes") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const selling_stripe stripe;
    auto plan = stripe.plan_for(db, "stripe.events", {});
    plan.organization_rate = 3;
    const running_api api{std::move(plan)};
    const std::string invoices = "/v1/organizations/org_1/invoices/open";
    for (int call = 0; call < 3; ++call) {
        CHECK(api.get(invoices, admin).status == 200);
    }
    const auto refused = api.get(invoices, admin);
    CHECK(refused.status == 429);
    CHECK(member_of(refused, "code") == "rate_limited");
    CHECK_FALSE(refused.field("Retry-After").empty());
    CHECK(refused.body.find("\"retryable\":true") != std::string::npos);
    // Whoever may not ask uses up nothing of it; others and readings go on.
    CHECK(api.get("/v1/organizations/org_2/invoices/open", admin).status == 404);
    CHECK(api.get("/v1/organizations/org_2/invoices/open", "admin org_2").status == 200);
    for (int call = 0; call < 10; ++call) {
        CHECK(api.get("/v1/organizations/org_1/standing", admin).status == 200);
    }
}

TEST_CASE("manners: pages of listed origins read every answer and others none") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const selling_stripe stripe;
    auto plan = stripe.plan_for(db, "stripe.events", {});
    plan.cors_origins = {origin};
    plan.bounds.body_bytes = 100;
    const running_api api{std::move(plan)};
    const auto ask = [&](const std::string& method,
                         const std::string& path,
                         const char* token,
                         const char* from,
                         const std::string& body = "") {
        return api.ask(method, path, token, body, field("Origin", from));
    };
    struct row {
        const char* method;
        std::string path;
        const char* token;
        std::string body;
        int status;
    };
    const std::string standing = "/v1/organizations/org_1/standing";
    const row rows[] = {
        {"GET", standing, admin, "", 200},
        {"GET", standing, "", "", 401},
        {"GET", "/nowhere", admin, "", 404},
        {"POST", standing, admin, "", 405},
        {"POST", subscription, "", basic, 401},
        {"POST", subscription, "member org_1", basic, 403},
        {"POST", subscription, admin, "{}", 400},
        {"POST", subscription, admin, std::string(101, ' '), 413},
    };
    for (const row& each : rows) {
        CAPTURE(each.path);
        CAPTURE(each.status);
        const auto reply = ask(each.method, each.path, each.token, origin, each.body);
        CHECK(reply.status == each.status);
        CHECK(reply.field("Access-Control-Allow-Origin") == origin);
        CHECK(reply.field("Access-Control-Allow-Credentials").empty());
        const auto other =
            ask(each.method, each.path, each.token, "https://evil.example", each.body);
        CHECK(other.status == each.status);
        CHECK(other.field("Access-Control-Allow-Origin").empty());
        CHECK(other.head.find("Vary: Origin") != std::string::npos);
    }
    const auto preflight = ask("OPTIONS", subscription, "", origin);
    CHECK(preflight.status == 204);
    CHECK(preflight.body.empty());
    CHECK(preflight.field("Access-Control-Allow-Origin") == origin);
    CHECK(preflight.field("Access-Control-Allow-Methods") == "POST, PATCH, DELETE");
    CHECK(ask("OPTIONS", subscription, "", "https://evil.example")
              .field("Access-Control-Allow-Origin")
              .empty());
    CHECK(ask("OPTIONS", "/nowhere", "", origin).status == 404);
}

TEST_CASE("manners: whoever asks is told what there is to ask") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const running_api api{api_plan_for(db, "stripe.events")};
    const auto reply = api.get("/openapi.json", "");
    CHECK(reply.status == 200);
    CHECK(reply.field("Content-Type") == "application/json");
    CHECK(reply.body.find("\"openapi\": \"3.1.0\"") != std::string::npos);
    CHECK(reply.field("Access-Control-Allow-Origin").empty());
}

}  // namespace billhook::testing
