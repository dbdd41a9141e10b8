#include "ingest/api/calls/away_gates.hpp"
#include "tests/integration/api/running_api.hpp"
#include "tests/integration/api/selling_ground.hpp"

#include <doctest/doctest.h>
#include <pqxx/transaction>

#include <string>

// Gates while Postgres is away, through the whole API: what is known, and what is stated.
namespace billhook::testing {
namespace {

const std::string gates = "/v1/organizations/org_1/can/";
constexpr const char* member = "member org_1";

// org_1 may read notes, as the fold says.
api::api_plan filled(builders::database& db) {
    db.migrate();
    db.rows(
        "INSERT INTO billing_1.standings (organization, plan, access, reason, features, as_of) "
        "VALUES ('org_1', 'enterprise', 'full', 'paid', "
        "'{\"patients_max\": 50, \"treatment_notes\": true}', '2026-02-01Z')"
    );
    auto plan = api_plan_for(db, "stripe.events");
    auto stated = api::stated_gates_in(
        "treatment_notes=false,webhook_integrations=true", feature_types(plan.plans)
    );
    REQUIRE(stated.has_value());
    plan.gate_answers = *std::move(stated);
    return plan;
}

void leave(builders::database& db) {
    db.rows("ALTER ROLE billhook_api NOLOGIN");
    db.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
        "'billhook_api' AND datname = current_database()"
    );
}

std::string gate(const char* feature, const char* type, const char* rest) {
    return std::string(R"({"feature":")") + feature + R"(","type":")" + type + R"(",)" + rest + "}";
}

}  // namespace

TEST_CASE("gates: while Postgres is away they are told what is known and then what is stated") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    const running_api api{filled(db)};
    const auto ask = [&](const std::string& feature) { return api.get(gates + feature, member); };
    const auto notes = ask("treatment_notes");
    CHECK(notes.body == gate("treatment_notes", "switch", R"("allowed":true,"basis":"standing")"));
    CHECK(says(ask("patients_max"), R"("limit":50,"basis":"standing")"));
    leave(db);
    // Asked now, when nobody knows it yet, and again when it is known.
    for (int times = 0; times < 3; ++times) {
        CAPTURE(times);
        const auto known = ask("treatment_notes");
        CHECK(known.status == 200);
        CHECK(
            known.body ==
            gate("treatment_notes", "switch", R"("allowed":true,"basis":"last_answer")")
        );
        CHECK(says(ask("patients_max"), R"("limit":50,"basis":"last_answer")"));
        CHECK(
            ask("webhook_integrations").body ==
            gate("webhook_integrations", "switch", R"("allowed":true,"basis":"stated")")
        );
        const auto neither = ask("prioritized_max");
        CHECK(neither.status == 503);
        CHECK(member_of(neither, "code") == "store_unavailable");
        CHECK(ask("treatment_notes?after=0:1").status == 503);
    }
    // Another organization's answer is no answer for this one.
    CHECK(says(
        api.get("/v1/organizations/org_2/can/treatment_notes", "member org_2"),
        R"("allowed":false,"basis":"stated")"
    ));
    CHECK(api.get("/v1/organizations/org_1/standing", member).status == 503);
    db.rows("ALTER ROLE billhook_api LOGIN");
    CHECK(api.becomes(200));
    CHECK(says(ask("treatment_notes"), R"("allowed":true,"basis":"standing")"));
}

TEST_CASE("gates: one that is asked finds out that Postgres is back") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    const running_api api{filled(db)};
    const auto ask = [&] { return api.get(gates + "treatment_notes", member); };
    CHECK(says(ask(), R"("basis":"standing")"));
    leave(db);
    CHECK(says(ask(), R"("basis":"last_answer")"));
    db.rows("ALTER ROLE billhook_api LOGIN");
    bool is_back = false;
    for (int tries = 0; tries < 500 && !is_back; ++tries) {
        is_back = says(ask(), R"("basis":"standing")");
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    CHECK(is_back);
}

TEST_CASE("a Postgres that does not answer is waited for until the deadline") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    auto plan = filled(db);
    plan.deadline = std::chrono::milliseconds{300};
    const running_api api{std::move(plan)};
    const std::string reads[] = {
        "/v1/organizations/org_1/standing", gates + "patients_max", "/v1/plans"};
    for (const auto& each : reads) {
        CAPTURE(each);
        CHECK(at_last([&] { return api.get(each, member); }).status == 200);
    }
    {
        postgres::connection other{db.as_owner()};
        pqxx::work holds{other.raw()};
        holds.exec("LOCK billing_1.standings");
        // More often than there are sessions: what waits in one is given up.
        for (int times = 0; times < 3; ++times) {
            CHECK(says(api.get(gates + "patients_max", member), R"("basis":"last_answer")"));
            for (const auto& each : {reads[0], gates + "prioritized_max", reads[2]}) {
                CAPTURE(each);
                const auto told = api.get(each, member);
                CHECK(told.status == 503);
                CHECK(member_of(told, "code") == "store_unavailable");
                CHECK(says(told, R"("retryable":true)"));
            }
        }
    }
    CHECK(api.becomes(200));
    for (const auto& each : reads) {
        CAPTURE(each);
        CHECK(at_last([&] { return api.get(each, member); }).status == 200);
    }
}

TEST_CASE("gates: without a memory only what is stated") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    auto plan = filled(db);
    plan.gate_memory = std::chrono::seconds{0};
    const running_api api{std::move(plan)};
    CHECK(says(api.get(gates + "treatment_notes", member), R"("allowed":true)"));
    leave(db);
    CHECK(says(api.get(gates + "treatment_notes", member), R"("allowed":false,"basis":"stated")"));
    CHECK(api.get(gates + "patients_max", member).status == 503);
    db.rows("ALTER ROLE billhook_api LOGIN");
}

}  // namespace billhook::testing
