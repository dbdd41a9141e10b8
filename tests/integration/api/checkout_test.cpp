#include "tests/integration/api/selling_ground.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

// POST …/checkout through the whole API: what is counted are the open sessions at Stripe.
namespace billhook::testing {
namespace {

using namespace std::chrono_literals;

const std::string hosted =
    R"({"plan":"basic","interval":"month","success_url":"https://app.example.com/ok"})";
const std::string embedded =
    R"({"plan":"basic","interval":"month","mode":"embedded","return_url":"https://app.example.com/"})";
const std::string elements =
    R"({"plan":"enterprise","interval":"month","mode":"elements","return_url":"https://app.example.com/"})";

api_reply check_out(
    const running_api& api,
    const std::string& organization,
    const std::string& body
) {
    const auto path = "/v1/organizations/" + organization + "/checkout";
    return api.ask("POST", path, "admin " + organization, body);
}
api_reply subscribe(const running_api& api, const std::string& body) {
    return api.ask("POST", "/v1/organizations/org_1/subscription", "admin org_1", body);
}

int open_at(const simulator::selling_api& stripe) {
    const auto all = stripe.sessions();
    return static_cast<int>(std::ranges::count_if(all, [](const auto& each) {
        return each.status == "open";
    }));
}

}  // namespace

TEST_CASE("checkout: what Stripe could not do this time may be asked again") {
    const auto left = std::make_shared<std::atomic<int>>(1);
    selling_ground under{1, [left](const simulator::api_call& call) {
                             const bool fails = call.path.ends_with("/expire") && --*left >= 0;
                             return fails ? simulator::write_fault::failed
                                          : simulator::write_fault::none;
                         }};
    if (!under.usable()) {
        return;
    }
    const running_api api{under.plan()};
    REQUIRE(check_out(api, "org_1", hosted).status == 201);
    const auto failed = check_out(api, "org_1", embedded);
    CHECK(failed.status == 503);
    CHECK(member_of(failed, "code") == "stripe_unavailable");
    CHECK(says(failed, R"("retryable":true)"));
    CHECK(check_out(api, "org_1", embedded).status == 201);
    CHECK(open_at(under.stripe.api) == 1);
}

TEST_CASE("checkout: a session in each mode and never two that are open") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    running_api api{under.plan()};
    const auto first = check_out(api, "org_1", hosted);
    CAPTURE(first.body);
    CHECK(first.status == 201);
    CHECK(first.field("Cache-Control") == "no-store");
    CHECK(says(first, R"({"session":"cs_sold0001","mode":"hosted",)"));
    CHECK(says(first, R"("url":"https://checkout.stripe.com/c/cs_sold0001","client_secret":null)"));

    // The very same again, and another one.
    const auto again = check_out(api, "org_1", hosted);
    CHECK(again.status == 200);
    CHECK(says(again, R"("session":"cs_sold0001")"));
    const auto second = check_out(api, "org_1", embedded);
    CHECK(second.status == 201);
    CHECK(says(second, R"("url":null,"client_secret":"cs_sold0002_secret_simulated")"));
    CHECK(under.stripe.api.sessions().at(0).status == "expired");
    const auto third = check_out(api, "org_1", elements);
    CHECK(says(
        third, R"("mode":"elements","url":null,"client_secret":"cs_sold0003_secret_simulated")"
    ));
    CHECK(under.stripe.api.sessions().at(2).ui_mode == "elements");
    CHECK(under.stripe.api.sessions().at(2).asked.parameter("client_reference_id") == "org_1");
    CHECK(open_at(under.stripe.api) == 1);
    // What was expired is not given again.
    CHECK(says(check_out(api, "org_1", hosted), R"("session":"cs_sold0004")"));
    CHECK(open_at(under.stripe.api) == 1);

    // Completed, though no webhook has told of it yet.
    REQUIRE(under.stripe.api.complete("cs_sold0004"));
    CHECK(member_of(check_out(api, "org_1", hosted), "code") == "already_subscribed");
    CHECK(under.stripe.api.sessions().size() == 4);
    api.stop();
    CHECK(api.log_text().find("_secret_") == std::string::npos);
    CHECK(api.log_text().find("checkout.stripe.com") == std::string::npos);
}

TEST_CASE("checkout: nobody can pay a session and a subscription") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    const running_api api{under.plan()};
    const std::string basic = R"({"plan":"basic","interval":"month"})";
    CHECK(check_out(api, "org_1", hosted).status == 201);
    CHECK(subscribe(api, basic).status == 201);
    CHECK(open_at(under.stripe.api) == 0);
    CHECK(check_out(api, "org_1", hosted).status == 201);
    CHECK(under.stripe.api.subscriptions().at(0).is.status == "incomplete_expired");
    CHECK(subscribe(api, basic).status == 201);
    CHECK(open_at(under.stripe.api) == 0);
    REQUIRE(under.stripe.api.confirm("sub_sold0002"));
    CHECK(member_of(check_out(api, "org_1", hosted), "code") == "already_subscribed");

    // A trial is one, wherever it was begun.
    const std::string trial =
        R"({"plan":"basic","interval":"month","trial":true,"success_url":"https://app.example.com/ok"})";
    REQUIRE(check_out(api, "org_2", trial).status == 201);
    REQUIRE(under.stripe.api.complete(under.stripe.api.sessions().back().id));
    under.stripe.api.end(under.stripe.api.subscriptions().back().is.id);
    CHECK(member_of(check_out(api, "org_2", trial), "code") == "trial_unavailable");
    CHECK(check_out(api, "org_2", hosted).status == 201);
}

TEST_CASE("checkout: many at once leave one open session for each organization") {
    selling_ground under{3, {}, 2ms};
    if (!under.usable()) {
        return;
    }
    const running_api one{under.plan()};
    const running_api other{under.plan()};
    constexpr int organizations = 6;
    std::vector<std::thread> threads;
    for (int caller = 0; caller < 12; ++caller) {
        threads.emplace_back([&, caller] {
            for (int i = 0; i < organizations; ++i) {
                const auto& body = caller % 3 == 0 ? embedded : hosted;
                static_cast<void>(
                    check_out(caller % 2 == 0 ? one : other, fmt::format("org_{}", i), body)
                );
            }
        });
    }
    for (auto& each : threads) {
        each.join();
    }
    CHECK(under.stripe.api.customers().size() == organizations);
    for (int i = 0; i < organizations; ++i) {
        static_cast<void>(check_out(one, fmt::format("org_{}", i), hosted));
    }
    CHECK(open_at(under.stripe.api) == organizations);
}

TEST_CASE("checkout: who may not and what is wrong and opens nothing") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const selling_stripe stripe;
    const running_api api{stripe.plan_for(db, "stripe.events", {})};
    struct row {
        const char* token;
        std::string body;
        int status;
        const char* code;
    };
    const row rows[] = {
        {"member org_1", hosted,                                                           403, "admin_required"},
        {"admin org_2",  hosted,                                                           404, "not_found"     },
        {"admin org_1",  "{}",                                                             400, "malformed_body"},
        {"admin org_1",  R"({"plan":"basic","interval":"month"})",                         400, "malformed_body"},
        {"admin org_1",
         R"({"plan":"basic","interval":"month","success_url":"https://evil.example/"})",   400,
         "return_url_refused"                                                                                   },
        {"admin org_1",
         R"({"plan":"gold","interval":"month","success_url":"https://app.example.com/"})", 404,
         "unknown_plan"                                                                                         },
        {"admin org_1",
         R"({"plan":"basic","interval":"year","success_url":"https://app.example.com/"})", 409,
         "price_unavailable"                                                                                    },
    };
    for (const row& each : rows) {
        CAPTURE(each.token);
        CAPTURE(each.body);
        const auto reply =
            api.ask("POST", "/v1/organizations/org_1/checkout", each.token, each.body);
        CHECK(reply.status == each.status);
        CHECK(member_of(reply, "code") == each.code);
    }
    CHECK(stripe.api.executed() == 0);
}

}  // namespace billhook::testing
