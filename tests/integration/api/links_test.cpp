#include "tests/integration/api/selling_ground.hpp"

#include <doctest/doctest.h>

#include <string>

// The portal and the open invoices: links that are asked for at every call and kept nowhere.
namespace billhook::testing {
namespace {

constexpr const char* base = "/v1/organizations/org_1/";

// Stripe's customer of org_1, as the fold says; one with a living subscription.
void fill(builders::database& db, selling_stripe& stripe) {
    db.migrate();
    simulator::api_call call;
    call.method = "POST";
    call.path = "/v1/customers";
    call.headers = {
        {"authorization",   "Bearer sk_test_simulated0000000"},
        {"idempotency-key", "k"                              }
    };
    REQUIRE(stripe.api.answer(call).status == 200);
    db.rows(R"(
        INSERT INTO billing_1.customers (id, known, organization) VALUES ('cus_sold0001', true, 'org_1');
        INSERT INTO billing_1.subscriptions (id, event, event_created, ambiguous, deleted, begun,
                status, customer, items, cancel_at_period_end, organization) VALUES
            ('sub_1', 'evt_1', '2026-01-03Z', false, false, true, 'active', 'cus_sold0001', '[]', false,
             'org_1');
    )");
}

}  // namespace

TEST_CASE("portal: a link for each click and by redirect or as JSON and in no log") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    selling_stripe stripe;
    fill(db, stripe);
    running_api api{stripe.plan_for(db, "stripe.events", {})};
    const std::string portal = std::string(base) + "portal";
    const auto first = api.get(portal, "admin org_1");
    CHECK(first.status == 303);
    CHECK(first.field("Location") == "https://billing.stripe.com/p/session/test_1");
    CHECK(first.field("Cache-Control") == "no-store");
    CHECK(first.body.empty());
    const auto second = api.ask("GET", portal, "service x", "", "Accept: application/json\r\n");
    CHECK(second.status == 200);
    CHECK(second.body == R"({"url":"https://billing.stripe.com/p/session/test_2"})");
    CHECK(second.field("Cache-Control") == "no-store");
    // Once there is one of `billhook catalogue apply`, it is that one: without it Stripe refuses.
    simulator::api_call made;
    made.method = "POST";
    made.path = "/v1/billing_portal/configurations";
    made.parameters = {
        {"metadata[billhook_portal]", "1"}
    };
    made.headers = {
        {"authorization",   "Bearer sk_test_simulated0000000"},
        {"idempotency-key", "portal"                         }
    };
    REQUIRE(stripe.api.answer(made).status == 200);
    CHECK(api.get(portal, "admin org_1").status == 303);
    struct row {
        const char* query;
        const char* token;
        int status;
        const char* code;
    };
    const row rows[] = {
        {"?flow=payment_method_update",                            "admin org_1",  303, ""                    },
        {"?flow=subscription_cancel",                              "admin org_1",  303, ""                    },
        {"?return_url=https%3A%2F%2Fapp.example.com%2Fbilling",    "admin org_1",  303, ""                    },
        {"?flow=steal",                                            "admin org_1",  400, "bad_parameter"       },
        {"?return_url=https%3A%2F%2Fapp.example.com.evil.example",
         "admin org_1",                                                            400,
         "return_url_refused"                                                                                 },
        {"",                                                       "member org_1", 403, "admin_required"      },
        {"",                                                       "staff org_1",  403, "impersonated_session"},
        {"",                                                       "admin org_2",  404, "not_found"           },
    };
    for (const row& each : rows) {
        CAPTURE(each.query);
        CAPTURE(each.token);
        const auto reply = api.get(portal + each.query, each.token);
        CHECK(reply.status == each.status);
        CHECK(member_of(reply, "code") == each.code);
    }
    CHECK(stripe.api.portal_sessions() == 6);
    const auto nobody = api.get("/v1/organizations/org_none/portal", "admin org_none");
    CHECK(nobody.status == 409);
    CHECK(member_of(nobody, "code") == "no_customer");
    stripe.api.delete_customer("cus_sold0001");  // of which the fold does not know yet
    const auto gone = api.get(portal, "admin org_1");
    CHECK(gone.status == 502);
    CHECK(member_of(gone, "code") == "stripe_refused");
    api.stop();
    CHECK(api.log_text().find("resource_missing (req_simulated)") != std::string::npos);
    CHECK(api.log_text().find("billing.stripe.com") == std::string::npos);
}

TEST_CASE("portal: the card that was given last is charged") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    running_api api{under.plan()};
    REQUIRE(
        api.ask(
               "POST",
               std::string(base) + "subscription",
               "admin org_1",
               R"({"plan":"basic","interval":"month"})"
        )
            .status == 201
    );
    const std::string sold = "sub_sold0001";
    const std::string buyer = "cus_sold0001";
    REQUIRE(under.stripe.api.confirm(sold));
    // The first card is the subscription's own, as it was asked for; the portal alone would not
    // change that.
    CHECK(under.stripe.api.charged(sold) == "pm_sold0001");
    CHECK(under.stripe.api.change_card(buyer) == "pm_sold0002");
    CHECK(under.stripe.api.charged(sold) == "pm_sold0001");
    under.fold("org_1", buyer);
    under.fold("org_1", under.stripe.api.subscriptions().at(0));
    const std::string portal = std::string(base) + "portal";
    CHECK(api.get(portal + "?flow=subscription_cancel", "admin org_1").status == 303);
    CHECK(
        under.stripe.api.subscriptions().at(0).card == "pm_sold0001"
    );  // no card is changed there
    const auto before = under.stripe.api.executed();
    CHECK(api.get(portal + "?flow=payment_method_update", "admin org_1").status == 303);
    CHECK(under.stripe.api.subscriptions().at(0).card.empty());
    // Both are of the same second, or the second is younger.
    const auto charged = under.stripe.api.charged(sold);
    CHECK(under.stripe.api.customers().at(0).payment_method == charged);
    CHECK(under.stripe.api.change_card(buyer) == "pm_sold0003");
    CHECK(under.stripe.api.charged(sold) == "pm_sold0003");
    const auto moved = under.stripe.api.executed();
    CHECK(moved <= before + 3);
    CHECK(api.get(portal, "admin org_1").status == 303);
    CHECK(under.stripe.api.executed() == moved + 1);  // nothing is moved twice
    CHECK(under.stripe.api.charged(sold) == "pm_sold0003");
}

TEST_CASE("open invoices: their links are for administrators and fresh from Stripe") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    selling_stripe stripe;
    fill(db, stripe);
    const running_api api{stripe.plan_for(db, "stripe.events", {})};
    const std::string invoices = std::string(base) + "invoices/open";
    CHECK(api.get(invoices, "admin org_1").body == R"({"invoices":[]})");
    stripe.api.open_invoice("cus_sold0001", "https://invoice.stripe.com/i/1");
    stripe.api.open_invoice("cus_other", "https://invoice.stripe.com/i/2");
    stripe.api.open_invoice("cus_sold0001", "javascript:alert(1)");
    const auto open = api.get(invoices, "admin org_1");
    CHECK(open.status == 200);
    CHECK(open.field("Cache-Control") == "no-store");
    CHECK(
        open.body ==
        R"({"invoices":[{"invoice":"in_sold1","amount_due_minor":7900,"currency":"usd",)"
        R"("link":"https://invoice.stripe.com/i/1"},{"invoice":"in_sold3",)"
        R"("amount_due_minor":7900,"currency":"usd","link":null}]})"
    );
    CHECK(member_of(api.get(invoices, "member org_1"), "code") == "admin_required");
    CHECK(
        api.get("/v1/organizations/org_none/invoices/open", "admin org_none").body ==
        R"({"invoices":[]})"
    );
}

}  // namespace billhook::testing
