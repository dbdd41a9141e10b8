#include "ingest/api/calls/answers.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::api {
namespace {

standing_row paid() {
    standing_row row;
    row.organization = organization_id{"org 1"};
    row.plan = "professional";
    row.subscription_status = "active";
    row.access = "full";
    row.reason = "paid";
    row.renews_at = "2026-02-01T00:00:00Z";
    row.quantity = 3;
    row.billing_interval = "month";
    row.billing_interval_count = 1;
    row.currency = "usd";
    row.amount_minor = 7900;
    row.features = R"({"hooks":false,"notes":true,"patients":50,"seats":null})";
    row.as_of = "2026-01-15T00:00:00Z";
    return row;
}

caller who(organization_role role) {
    caller one;
    one.organization = organization_id{"org 1"};
    one.role = role;
    return one;
}

std::string etag_of(const http::response& reply) {
    REQUIRE(!reply.more.empty());
    CHECK(reply.more[0].first == "ETag");
    return reply.more[0].second;
}

TEST_CASE("standing: everything in one answer") {
    const auto reply = standing_answer(paid(), who(organization_role::admin), std::nullopt);
    CHECK(reply.status == 200);
    CHECK(
        reply.body ==
        R"({"organization_id":"org 1","plan":"professional","access":"full","reason":"paid",)"
        R"("role":"admin","subscription_status":"active","in_dunning":false,"stale":false,"unlisted":false,)"
        R"("grace_until":null,"restricted_until":null,"next_change_at":null,)"
        R"("renews_at":"2026-02-01T00:00:00Z","cancels_at":null,"trial_ends_at":null,"seats":3,)"
        R"("billing_interval":"month","billing_interval_count":1,"currency":"usd",)"
        R"("amount_minor":7900,"pending_change":null,"features":{"hooks":false,"notes":true},)"
        R"("limits":{"patients":50,"seats":null},"required_action":null,)"
        R"("as_of":"2026-01-15T00:00:00Z"})"
    );
}

TEST_CASE("standing: what somebody has to do and who") {
    struct row {
        const char* reason;
        bool in_dunning;
        const char* type;  // empty: nothing
        const char* path;
    };
    const row rows[] = {
        {"trial",          false, "",          ""              },
        {"trialing",       false, "",          ""              },
        {"paid",           false, "",          ""              },
        {"settled",        false, "",          ""              },
        {"exempt",         false, "",          ""              },
        {"unknown",        false, "",          ""              },
        {"unknown_status", false, "",          ""              },
        {"fallback",       false, "",          ""              },
        {"fallback",       true,  "pay",       "/invoices/open"},
        {"exempt",         true,  "pay",       "/invoices/open"},
        {"grace",          true,  "pay",       "/invoices/open"},
        {"restricted",     true,  "pay",       "/invoices/open"},
        {"unpaid",         true,  "pay",       "/invoices/open"},
        {"incomplete",     false, "pay",       "/invoices/open"},
        {"trial_over",     false, "subscribe", ""              },
        {"canceled",       false, "subscribe", ""              },
        {"ended",          false, "subscribe", ""              },
        {"paused",         false, "resume",    "/portal"       },
    };
    for (const row& each : rows) {
        CAPTURE(each.reason);
        CAPTURE(each.in_dunning);
        auto standing = paid();
        standing.reason = each.reason;
        standing.in_dunning = each.in_dunning;
        const std::string type = each.type;
        const std::string path = each.path;
        const std::string helping =
            path.empty() ? "" : R"(,"path":"/v1/organizations/org%201)" + path + "\"";
        const std::string for_admin =
            type.empty() ? "null" : R"({"type":")" + type + "\"" + helping + "}";
        const std::string for_member = type.empty() ? "null" : R"({"type":"ask_administrator"})";
        const auto of_admin = standing_answer(standing, who(organization_role::admin), {});
        const auto of_member = standing_answer(standing, who(organization_role::member), {});
        CHECK(of_admin.body.find(R"("required_action":)" + for_admin + ",") != std::string::npos);
        CHECK(of_member.body.find(R"("required_action":)" + for_member + ",") != std::string::npos);
    }
}

TEST_CASE("standing: its ETag is that of the judgement") {
    const auto admin = who(organization_role::admin);
    const auto first = standing_answer(paid(), admin, std::nullopt);
    const auto tag = etag_of(first);
    CHECK(tag.substr(0, 3) == "W/\"");

    auto later = paid();
    later.as_of = "2026-01-16T00:00:00Z";
    CHECK(etag_of(standing_answer(later, admin, std::nullopt)) == tag);

    auto judged = paid();  // time alone changed it
    judged.access = "restricted";
    CHECK(etag_of(standing_answer(judged, admin, std::nullopt)) != tag);

    const std::string others = "\"a\", " + tag;
    for (const std::string& given : {tag, tag.substr(2), others, std::string("*")}) {
        CAPTURE(given);
        const auto same = standing_answer(later, admin, given);
        CHECK(same.status == 304);
        CHECK(same.body.empty());
        CHECK(etag_of(same) == tag);
    }
    CHECK(standing_answer(later, admin, "W/\"0\"").status == 200);
    CHECK(standing_answer(judged, admin, tag).status == 200);
    const auto member = standing_answer(paid(), who(organization_role::member), tag);
    CHECK(member.status == 200);
    CHECK(member.body.find(R"("role":"member")") != std::string::npos);
}

TEST_CASE("gate: a switch and a limit") {
    CHECK(
        gate_answer({.feature = "notes", .type = "switch", .allowed = true, .limit = {}}).body ==
        R"({"feature":"notes","type":"switch","allowed":true,"basis":"standing"})"
    );
    CHECK(
        gate_answer({.feature = "seats", .type = "limit", .allowed = false, .limit = 0}).body ==
        R"({"feature":"seats","type":"limit","allowed":false,"limit":0,"basis":"standing"})"
    );
    CHECK(
        gate_answer({.feature = "seats", .type = "limit", .allowed = true, .limit = {}}).body ==
        R"({"feature":"seats","type":"limit","allowed":true,"limit":null,"basis":"standing"})"
    );
}

TEST_CASE("plans: what each is to the caller") {
    catalogue plans;
    plan low;
    low.key = "basic";
    low.name = "Basic";
    low.features = {
        {"notes", true           },
        {"seats", std::int64_t{5}}
    };
    plan high = low;
    high.key = "enterprise";
    high.name = "Enterprise";
    high.features["seats"] = std::int64_t{-1};
    high.per_quantity = {
        {"patients", 50}
    };
    plans.plans = {low, high};
    CHECK(
        plans_answer(plans, {.current = "basic", .pays = true, .trial_used = true}).body ==
        R"({"plans":[{"plan":"basic","name":"Basic","current":true,"change":"none",)"
        R"("features":{"notes":true},"limits":{"seats":5},"limits_per_seat":{},"prices":null},)"
        R"({"plan":"enterprise","name":"Enterprise","current":false,"change":"upgrade",)"
        R"("features":{"notes":true},"limits":{"seats":null},"limits_per_seat":{"patients":50},"prices":null}],)"
        R"("trial_available":false})"
    );
    const auto of = [&](const plans_for& caller) {
        std::string words;
        const auto body = plans_answer(plans, caller).body;
        for (auto at = body.find("\"change\":\""); at != body.npos;
             at = body.find("\"change\":\"", at + 1)) {
            words += body.substr(at + 10, body.find('"', at + 10) - at - 10) + " ";
        }
        return words;
    };
    CHECK(of({.current = "enterprise", .pays = true, .trial_used = true}) == "downgrade none ");
    CHECK(
        of({.current = "enterprise", .pays = false, .trial_used = false}) == "subscribe subscribe "
    );
    CHECK(of({.current = "gone", .pays = true, .trial_used = true}) == "subscribe subscribe ");
    CHECK(of({}) == "subscribe subscribe ");
}

TEST_CASE("plans: what each costs as far as Stripe has shown it") {
    catalogue plans;
    plan sold;
    sold.key = "basic";
    sold.lookup_keys = {"basic_monthly"};
    plan unsold;
    unsold.key = "custom";
    plans.plans = {sold, unsold};
    sold_price monthly;
    monthly.id = "price_1";
    monthly.lookup_key = "basic_monthly";
    monthly.currency = "usd";
    monthly.interval = "month";
    monthly.interval_count = 1;
    monthly.amount_minor = 2'900;
    monthly.active = true;
    const std::vector<shown_prices> shown{shown_prices{std::vector{monthly}}, shown_prices{}};
    const auto body = plans_answer(plans, {}, &shown).body;
    CHECK(
        body.find(R"("prices":[{"interval":"month","currency":"usd","amount_minor":2900,)"
                  R"("per_seat":true}]},{"plan":"custom")") != body.npos
    );
    CHECK(body.find(R"("prices":[]}])") != body.npos);
}

}  // namespace
}  // namespace billhook::api
