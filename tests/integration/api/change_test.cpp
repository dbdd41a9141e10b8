#include "tests/integration/api/selling_ground.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>
#include <vector>

// PATCH and DELETE …/subscription, POST …/resume and …/subscription/preview through the whole API.
namespace billhook::testing {
namespace {

using namespace std::chrono_literals;

const std::string subscription = "/v1/organizations/org_1/subscription";
const std::string resume = "/v1/organizations/org_1/resume";
constexpr const char* admin = "admin org_1";

// An organization that pays for one seat, as Stripe and the fold know.
struct payer : selling_ground {
    payer() {
        if (usable()) {
            api = std::make_unique<running_api>(plan());
        }
    }

    void subscribe(const std::string& to) {
        const auto body = R"({"plan":")" + to + R"(","interval":"month"})";
        REQUIRE(api->ask("POST", subscription, admin, body).status == 201);
        REQUIRE(stripe.api.confirm("sub_sold0001"));
        fold("org_1", "cus_sold0001");
    }
    [[nodiscard]] api_reply patch(const std::string& body) const {
        return api->ask("PATCH", subscription, admin, body);
    }
    [[nodiscard]] simulator::subscription at_stripe() const {
        return stripe.api.subscriptions().at(0).is;
    }
    // The type of the record that a reply's `after` names.
    [[nodiscard]] std::string published(const api_reply& of) const {
        const auto read = record_of(member_of(of, "after"));
        CHECK(read.body.find("_secret_") == std::string::npos);
        return read.event_type.value_or("");
    }

    std::unique_ptr<running_api> api;
};

}  // namespace

TEST_CASE("change: an upgrade is billed at once and a downgrade comes at the period's end") {
    payer one;
    if (!one.usable()) {
        return;
    }
    one.subscribe("basic");
    const auto up = one.patch(R"({"plan":"enterprise","quantity":2})");
    CAPTURE(up.body);
    CHECK(up.status == 200);
    CHECK(says(up, R"("plan":"enterprise","quantity":2,"cancels_at":null,"payment_pending":false)")
    );
    CHECK(one.published(up) == "customer.subscription.updated");
    CHECK(one.at_stripe().items.size() == 1);
    CHECK(one.at_stripe().items[0].price.id == "price_enterprise");

    // Asked for again, nothing happens any more.
    const auto executed = one.stripe.api.executed();
    CHECK(one.patch(R"({"plan":"enterprise","quantity":2})").status == 200);
    CHECK(one.stripe.api.executed() == executed);

    const auto down = one.patch(R"({"plan":"basic"})");
    CHECK(down.status == 200);
    CHECK(says(down, R"("plan":"enterprise")"));
    CHECK(one.published(down) == "subscription_schedule.updated");
    REQUIRE(one.stripe.api.schedules().size() == 1);
    CHECK(one.stripe.api.schedules()[0].next_price == "price_basic");
    CHECK(one.stripe.api.schedules()[0].next_quantity == 2);
    CHECK(one.at_stripe().items[0].price.id == "price_enterprise");

    // Another one that is to come takes its place; one that comes now ends the schedule.
    CHECK(one.patch(R"({"quantity":1})").status == 200);
    CHECK(one.stripe.api.schedules().size() == 1);
    CHECK(one.stripe.api.schedules()[0].next_price == "price_enterprise");
    CHECK(one.stripe.api.schedules()[0].next_quantity == 1);
    CHECK(one.patch(R"({"quantity":5})").status == 200);
    CHECK(one.stripe.api.schedules()[0].released);
    CHECK(one.at_stripe().items[0].quantity == 5);
    const auto at_once = one.patch(R"({"plan":"basic","when":"now"})");
    CHECK(says(at_once, R"("plan":"basic")"));
    CHECK(one.at_stripe().items[0].price.id == "price_basic");

    // What was to come is taken back, by asking for what is, or by resuming.
    CHECK(one.patch(R"({"quantity":1})").status == 200);
    CHECK(one.patch(R"({"quantity":5})").status == 200);
    CHECK(one.stripe.api.schedules().back().released);
    CHECK(one.patch(R"({"quantity":1})").status == 200);
    CHECK(one.api->ask("POST", resume, admin).status == 200);
    CHECK(one.stripe.api.schedules().back().released);
    CHECK(member_of(one.api->ask("POST", resume, admin), "code") == "nothing_to_resume");
}

TEST_CASE("change: until an upgrade is paid the former plan stays") {
    payer one;
    if (!one.usable()) {
        return;
    }
    one.subscribe("basic");
    one.stripe.api.decline(true);
    const auto up = one.patch(R"({"plan":"enterprise"})");
    CAPTURE(up.body);
    CHECK(up.status == 200);
    CHECK(says(up, R"("plan":"basic")"));
    CHECK(says(
        up, R"("payment_pending":true,"confirm":"payment","client_secret":"pi_sub_sold0001_secret_)"
    ));
    CHECK(one.at_stripe().items[0].price.id == "price_basic");
    CHECK(one.published(up) == "customer.subscription.updated");
}

TEST_CASE("change: the end comes with the period or at once and can be taken back before") {
    payer one;
    if (!one.usable()) {
        return;
    }
    one.subscribe("basic");
    const auto ends = one.api->ask("DELETE", subscription, admin);
    CAPTURE(ends.body);
    CHECK(ends.status == 200);
    CHECK_FALSE(says(ends, R"("cancels_at":null)"));
    CHECK(one.published(ends) == "customer.subscription.updated");
    CHECK(one.at_stripe().cancel_at_period_end);
    CHECK(one.api->ask("DELETE", subscription, admin).status == 200);
    const auto back = one.api->ask("POST", resume, admin, "{}");
    CHECK(back.status == 200);
    CHECK(says(back, R"("cancels_at":null)"));
    CHECK_FALSE(one.at_stripe().cancel_at_period_end);

    // A downgrade that was to come does not hinder the end.
    CHECK(one.patch(R"({"quantity":3})").status == 200);
    CHECK(one.patch(R"({"quantity":2})").status == 200);
    CHECK(one.api->ask("DELETE", subscription, admin).status == 200);
    CHECK(one.at_stripe().cancel_at_period_end);

    one.stripe.api.pause("sub_sold0001");
    CHECK(says(one.api->ask("POST", resume, admin), R"("subscription_status":"active")"));

    const auto now = one.api->ask("DELETE", subscription + "?when=now", admin);
    CHECK(now.status == 200);
    CHECK(says(now, R"("subscription_status":"canceled")"));
    CHECK(one.published(now) == "customer.subscription.deleted");
    for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
             {"DELETE", subscription},
             {"POST",   resume      }
    }) {
        CHECK(member_of(one.api->ask(method, path, admin), "code") == "no_subscription");
    }
    CHECK(member_of(one.patch(R"({"quantity":3})"), "code") == "no_subscription");
}

TEST_CASE("change: what nobody paid is ended and not changed") {
    payer one;
    if (!one.usable()) {
        return;
    }
    REQUIRE(
        one.api->ask("POST", subscription, admin, R"({"plan":"basic","interval":"month"})")
            .status == 201
    );
    CHECK(member_of(one.patch(R"({"quantity":3})"), "code") == "no_subscription");
    one.fold("org_1", "cus_sold0001");
    CHECK(member_of(one.patch(R"({"quantity":3})"), "code") == "no_subscription");
    const auto ended = one.api->ask("DELETE", subscription, admin);
    CHECK(says(ended, R"("subscription_status":"incomplete_expired")"));
    CHECK(member_of(one.api->ask("DELETE", subscription, admin), "code") == "no_subscription");
}

TEST_CASE("preview: what it costs now and from then on and nothing is changed") {
    payer one;
    if (!one.usable()) {
        return;
    }
    const auto preview = [&](const std::string& body) {
        return one.api->ask("POST", subscription + "/preview", admin, body);
    };
    const std::string first = R"({"plan":"basic","interval":"month","quantity":2})";
    CHECK(member_of(preview(first), "code") == "no_customer");
    REQUIRE(one.api->ask("POST", "/v1/organizations/org_1/customer", admin).status == 201);
    one.fold("org_1", "cus_sold0001");
    const auto new_one = preview(first);
    CAPTURE(new_one.body);
    CHECK(says(
        new_one,
        R"({"change":"subscribe","when":"now","plan":"basic","interval":"month","quantity":2,)"
        R"("currency":"usd","amount_now_minor":5800,"amount_next_minor":5800,"next_at":")"
    ));
    CHECK(member_of(preview(R"({"quantity":2})"), "code") == "malformed_body");
    CHECK(one.stripe.api.subscriptions().empty());

    REQUIRE(
        one.api->ask("POST", subscription, admin, R"({"plan":"basic","interval":"month"})")
            .status == 201
    );
    REQUIRE(one.stripe.api.confirm("sub_sold0001"));
    const auto up = preview(R"({"plan":"enterprise"})");
    CHECK(says(up, R"({"change":"upgrade","when":"now","plan":"enterprise")"));
    // The period has just begun: nearly all of the difference.
    CHECK(says(up, R"("currency":"usd","amount_now_minor":1)"));
    CHECK(says(up, R"("amount_next_minor":19900,"next_at":")"));
    const auto later = preview(R"({"quantity":2,"when":"period_end"})");
    CHECK(says(later, R"("change":"upgrade","when":"period_end")"));
    CHECK(says(later, R"("amount_now_minor":0,"amount_next_minor":5800,"next_at":")"));
    CHECK(says(preview(R"({"quantity":1})"), R"({"change":"none")"));
    CHECK(one.at_stripe().items[0].price.id == "price_basic");
    CHECK(one.stripe.api.schedules().empty());
}

TEST_CASE("change: who may not and what is wrong and changes nothing") {
    payer one;
    if (!one.usable()) {
        return;
    }
    one.subscribe("basic");
    const auto executed = one.stripe.api.executed();
    struct row {
        const char* method;
        std::string path;
        const char* token;
        std::string body;
        int status;
        const char* code;
    };
    const row rows[] = {
        {"PATCH",  subscription,                 "member org_1", R"({"quantity":3})",      403, "admin_required"      },
        {"PATCH",  subscription,                 "staff org_1",  R"({"quantity":3})",      403, "impersonated_session"},
        {"PATCH",  subscription,                 "admin org_2",  R"({"quantity":3})",      404, "not_found"           },
        {"PATCH",  subscription,                 admin,          "",                       400, "malformed_body"      },
        {"PATCH",  subscription,                 admin,          R"({"quantity":0})",      400, "malformed_body"      },
        {"PATCH",  subscription,                 admin,          R"({"plan":"gold"})",     404, "unknown_plan"        },
        {"PATCH",  subscription,                 admin,          R"({"interval":"year"})", 409, "price_unavailable"   },
        {"PATCH",  subscription,                 admin,          R"({"price":"price_1"})", 400, "malformed_body"      },
        {"DELETE", subscription,                 "member org_1", "",                       403, "admin_required"      },
        {"DELETE", subscription + "?when=later", admin,          "",                       400, "bad_parameter"       },
        {"DELETE", subscription,                 admin,          R"({"a":1})",             400, "malformed_body"      },
        {"POST",   resume,                       "member org_1", "",                       403, "admin_required"      },
        {"POST",   resume,                       admin,          "[]",                     400, "malformed_body"      },
        {"POST",
         subscription + "/preview",
         "member org_1",                                         R"({"quantity":3})",
         403,                                                                                   "admin_required"      },
        {"POST",   subscription + "/preview",    admin,          R"({"plan":"gold"})",     404, "unknown_plan"        },
    };
    for (const row& each : rows) {
        CAPTURE(each.method);
        CAPTURE(each.path);
        CAPTURE(each.body);
        const auto reply = one.api->ask(each.method, each.path, each.token, each.body);
        CHECK(reply.status == each.status);
        CHECK(member_of(reply, "code") == each.code);
    }
    CHECK(one.stripe.api.executed() == executed);
    CHECK(one.at_stripe().items[0].quantity == 1);
}

}  // namespace billhook::testing
