#include "ingest/api/calls/writes.hpp"
#include "tests/integration/api/selling_ground.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <set>
#include <string>
#include <thread>
#include <vector>

// POST …/subscription through the whole API against a stateful Stripe: what is counted are the
// subscriptions there.
namespace billhook::testing {
namespace {

using namespace std::chrono_literals;
using simulator::api_call;
using simulator::write_fault;

const std::string basic = R"({"plan":"basic","interval":"month"})";
const std::string enterprise = R"({"plan":"enterprise","interval":"month"})";
const std::string trial = R"({"plan":"basic","interval":"month","trial":true})";

std::string path_of(const std::string& organization) {
    return "/v1/organizations/" + organization + "/subscription";
}

api_reply subscribe(
    const running_api& api,
    const std::string& organization,
    const std::string& body
) {
    return api.ask("POST", path_of(organization), "admin " + organization, body);
}

api_reply subscribe_at_last(
    const running_api& api,
    const std::string& organization,
    const std::string& body
) {
    return at_last([&] { return subscribe(api, organization, body); });
}

int living_at(const simulator::selling_api& stripe) {
    const auto all = stripe.subscriptions();
    return static_cast<int>(std::ranges::count_if(all, [](const auto& each) {
        return each.is.status != "canceled" && each.is.status != "incomplete_expired";
    }));
}

}  // namespace

TEST_CASE("subscription: made and asked for again until it is paid") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    running_api api{under.plan()};
    const auto made =
        subscribe(api, "org_1", R"({"plan":"basic","interval":"month","quantity":3})");
    CAPTURE(made.body);
    CHECK(made.status == 201);
    CHECK(made.field("Cache-Control") == "no-store");
    CHECK(
        made.body ==
        R"({"subscription":"sub_sold0001","subscription_status":"incomplete","created":true,)"
        R"("confirm":"payment","client_secret":"pi_sub_sold0001_secret_simulated","after":"0:1"})"
    );
    const auto record = under.record_of(member_of(made, "after")).body;
    CHECK(record.find(R"("type":"customer.subscription.created")") != record.npos);
    CHECK(record.find(R"("latest_invoice":"in_first0001")") != record.npos);
    CHECK(record.find("_secret_") == record.npos);
    const auto sold = under.stripe.api.subscriptions();
    REQUIRE(sold.size() == 1);
    CHECK(sold[0].is.items[0].quantity == 3);
    CHECK(sold[0].is.metadata.at("organization_id") == "org_1");
    CHECK(sold[0].is.customer == under.stripe.api.customers().at(0).id);

    // Before the fold knows of it, and afterwards.
    const auto again =
        subscribe(api, "org_1", R"({"plan":"basic","interval":"month","quantity":3})");
    CHECK(again.status == 200);
    CHECK(says(again, R"("subscription":"sub_sold0001")"));
    CHECK(says(again, R"("client_secret":"pi_sub_sold0001_secret_simulated")"));
    const auto updated = under.record_of(member_of(again, "after")).body;
    CHECK(updated.find(R"("type":"customer.subscription.updated")") != updated.npos);
    under.fold("org_1", sold[0].is.customer);
    under.fold("org_1", sold[0]);
    const auto known =
        subscribe(api, "org_1", R"({"plan":"basic","interval":"month","quantity":3})");
    CHECK(known.status == 200);
    CHECK(says(known, R"("confirm":"payment")"));
    CHECK(says(known, R"("after":null)"));

    // Another order takes its place; nobody can pay both.
    const auto other = subscribe(api, "org_1", enterprise);
    CHECK(other.status == 201);
    CHECK(says(other, R"("subscription":"sub_sold0002")"));
    CHECK(under.stripe.api.subscriptions()[0].is.status == "incomplete_expired");
    CHECK(living_at(under.stripe.api) == 1);

    // Paid, though no webhook has told of it yet.
    REQUIRE(under.stripe.api.confirm("sub_sold0002"));
    for (const auto& body : {basic, enterprise, trial}) {
        const auto no = subscribe(api, "org_1", body);
        CHECK(no.status == 409);
        CHECK(member_of(no, "code") == "already_subscribed");
    }
    CHECK(under.stripe.api.subscriptions().size() == 2);
    api.stop();
    CHECK(api.log_text().find("_secret_") == std::string::npos);
}

TEST_CASE("subscription: one trial for an organization for ever") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    const running_api api{under.plan()};
    const auto begun = subscribe(api, "org_1", trial);
    CAPTURE(begun.body);
    CHECK(begun.status == 201);
    CHECK(says(begun, R"("subscription_status":"trialing")"));
    CHECK(says(begun, R"("confirm":"setup","client_secret":"seti_sub_sold0001_secret_simulated")"));
    const auto sold = under.stripe.api.subscriptions().at(0).is;
    CHECK(*sold.trial_end - sold.created == std::chrono::days{14});
    CHECK(sold.missing_payment_method == "cancel");
    CHECK(says(subscribe(api, "org_1", trial), R"("subscription":"sub_sold0001")"));

    // It ended without a card. Stripe alone knows; then the fold alone does, since its customer was
    // deleted.
    under.stripe.api.end("sub_sold0001");
    CHECK(member_of(subscribe(api, "org_1", trial), "code") == "trial_unavailable");
    under.stripe.api.delete_customer(sold.customer);
    under.fold("org_1", under.stripe.api.subscriptions().at(0));
    under.db.rows(
        "INSERT INTO billing_1.customers (id, known, organization, deleted) VALUES ('" +
        sold.customer + "', true, 'org_1', true)"
    );
    CHECK(member_of(subscribe(api, "org_1", trial), "code") == "trial_unavailable");
    CHECK(
        member_of(
            subscribe(api, "org_1", R"({"plan":"enterprise","interval":"month","trial":true})"),
            "code"
        ) == "trial_unavailable"
    );
    CHECK(under.stripe.api.subscriptions().size() == 1);
    const auto paid = subscribe(api, "org_1", basic);
    CHECK(paid.status == 201);
    CHECK(under.stripe.api.customers().size() == 2);
    CHECK(
        under.stripe.api.subscriptions().at(1).is.customer == under.stripe.api.customers().at(1).id
    );
}

TEST_CASE("subscription: many at once for each of many organizations make one for each") {
    const auto number = std::make_shared<std::atomic<unsigned>>(0);
    selling_ground under{
        3,
        [number](const api_call&) {
            constexpr write_fault faults[] = {
                write_fault::none,
                write_fault::lost,
                write_fault::none,
                write_fault::failed,
                write_fault::locked,
                write_fault::failed_done,
                write_fault::none};
            return faults[(*number)++ % std::size(faults)];
        },
        2ms};
    if (!under.usable()) {
        return;
    }
    // Two processes, which know nothing of each other.
    const running_api one{under.plan()};
    const running_api other{under.plan()};
    constexpr int organizations = 8;
    constexpr int callers = 16;
    std::vector<std::thread> threads;
    for (int caller = 0; caller < callers; ++caller) {
        threads.emplace_back([&, caller] {
            for (int i = 0; i < organizations; ++i) {
                const auto& api = caller % 2 == 0 ? one : other;
                const auto& body = caller % 4 == 0 ? enterprise : caller % 3 == 0 ? trial : basic;
                static_cast<void>(subscribe_at_last(api, fmt::format("org_{}", i), body));
            }
        });
    }
    for (auto& each : threads) {
        each.join();
    }
    CHECK(under.stripe.api.customers().size() == organizations);
    CHECK(living_at(under.stripe.api) == organizations);
    std::set<std::string> in_trial;
    for (const auto& each : under.stripe.api.subscriptions()) {
        const auto whose = each.is.metadata.at("organization_id");
        CAPTURE(whose);
        CHECK((!each.is.trial_end || in_trial.insert(whose).second));
    }
}

TEST_CASE("subscription: what Stripe could not do for one order hinders no other") {
    const auto left = std::make_shared<std::atomic<int>>(2);
    selling_ground under{1, [left](const api_call& call) {
                             const bool fails = call.path == "/v1/subscriptions" && --*left >= 0;
                             return fails ? write_fault::failed : write_fault::none;
                         }};
    if (!under.usable()) {
        return;
    }
    const running_api api{under.plan()};
    CHECK(subscribe(api, "org_1", basic).status == 201);
    CHECK(subscribe(api, "org_1", enterprise).status == 201);
    CHECK(living_at(under.stripe.api) == 1);
    // A key that another process has spent, with other words.
    api_call call;
    call.method = "POST";
    call.path = "/v1/customers";
    call.parameters = {
        {"metadata[organization_id]", "org_2"}
    };
    call.headers = {
        {"authorization",   "Bearer sk_test_simulated0000000"                              },
        {"idempotency-key",
         api::idempotency_key({"subscription", false, organization_id{"org_2"}, "", "0.0"})}
    };
    REQUIRE(under.stripe.api.answer(call).status == 200);
    CHECK(subscribe(api, "org_2", basic).status == 201);
    CHECK(living_at(under.stripe.api) == 2);
    // So often and no oftener.
    *left = 1'000;
    CHECK(member_of(subscribe(api, "org_3", basic), "code") == "stripe_unavailable");
    CHECK(*left == 1'000 - 8 * 1);
}

TEST_CASE("subscription: who may not and what is wrong and sells nothing") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    under.db.rows(R"(
        INSERT INTO billing_1.standings (organization, plan, subscription_status, access, reason,
                features, as_of, currency) VALUES
            ('org_eur', 'basic', 'canceled', 'none', 'canceled', '{}', '2026-02-01Z', 'eur');
        INSERT INTO billing_1.subscriptions (id, event, event_created, ambiguous, deleted, begun,
                status, customer, items, cancel_at_period_end, organization) VALUES
            ('acct_1/sub_1', 'evt_1', '2026-01-03Z', false, false, true, 'active', 'acct_1/cus_1', '[]',
             false, 'org_connected');
    )");
    const running_api api{under.plan()};
    struct row {
        const char* organization;
        const char* token;
        std::string body;
        int status;
        const char* code;
    };
    const row rows[] = {
        {"org_1", "member org_1", basic, 403, "admin_required"},
        {"org_1", "staff org_1", basic, 403, "impersonated_session"},
        {"org_1", "admin org_2", basic, 404, "not_found"},
        {"org_1", "", basic, 401, "unauthenticated"},
        {"org_1", "admin org_1", "", 400, "malformed_body"},
        {"org_1", "admin org_1", "{", 400, "malformed_body"},
        {"org_1",
         "admin org_1", R"({"plan":"basic","interval":"month","price":"x"})",
         400, "malformed_body"},
        {"org_1",
         "admin org_1", R"({"plan":"basic","plan":"basic","interval":"month"})",
         400, "malformed_body"},
        {"org_1",
         "admin org_1", R"({"plan":"basic","interval":"month","quantity":"3"})",
         400, "malformed_body"},
        {"org_1", "admin org_1", R"({"plan":"gold","interval":"month"})", 404, "unknown_plan"},
        {"org_1", "admin org_1", R"({"plan":"basic","interval":"year"})", 409, "price_unavailable"},
        {"org_1", "admin org_1", std::string(2'000'000, ' '), 413, "body_too_large"},
        {"org_eur", "admin org_eur", basic, 409, "other_currency"},
        {"org_connected", "admin org_connected", basic, 409, "already_subscribed"},
    };
    for (const row& each : rows) {
        CAPTURE(each.token);
        CAPTURE(each.body.substr(0, 60));
        const auto reply = api.ask("POST", path_of(each.organization), each.token, each.body);
        CHECK(reply.status == each.status);
        CHECK(member_of(reply, "code") == each.code);
    }
    CHECK(under.stripe.api.subscriptions().empty());
}

TEST_CASE("subscription: a process that ends before the log has it doubles nothing") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    {
        const running_api first{under.plan()};
        REQUIRE(first.ask("POST", "/v1/organizations/org_1/customer", "admin org_1").status == 201);
        under.fold("org_1", under.stripe.api.customers().at(0).id);
        kafka::client_settings nobody;
        nobody.brokers = "127.0.0.1:1";
        auto plan = under.stripe.plan_for(under.db, under.log.name(), nobody);
        plan.deadline = 500ms;
        const running_api without_log{std::move(plan)};
        const auto reply = subscribe(without_log, "org_1", basic);
        CHECK(member_of(reply, "code") == "log_unavailable");
        CHECK(under.stripe.api.subscriptions().size() == 1);
    }
    const running_api api{under.plan()};
    const auto reply = subscribe(api, "org_1", basic);
    CHECK(reply.status == 200);
    CHECK(says(reply, R"("subscription":"sub_sold0001")"));
    CHECK(
        under.record_of(member_of(reply, "after")).body.find("sub_sold0001") != std::string::npos
    );
    CHECK(under.stripe.api.subscriptions().size() == 1);
}

}  // namespace billhook::testing
