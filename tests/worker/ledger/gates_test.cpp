#include "tests/worker/ledger/lived.hpp"

#include <doctest/doctest.h>
#include <pqxx/nontransaction>

#include <fstream>
#include <iterator>
#include <string>

// What an application asks, with the plans of deploy/plans.example.toml.
namespace billhook {

namespace {

using builders::database;
using builders::day;
using tests::books;

constexpr const char* lives = R"(
    b1 d0 00:00 cus_1 created org=org_basic
    b2 d0 00:00 sub_1 created active plan=basic period=0-360 latest=in_1
    p1 d0 00:00 cus_2 created org=org_pro
    p2 d0 00:00 sub_2 created active plan=pro period=0-360 latest=in_2 customer=cus_2
    t1 d30 00:00 cus_3 created org=org_trial
    o1 d0 00:00 cus_4 created org=org_over
    r1 d0 00:00 cus_5 created org=org_unpaid
    r2 d0 00:00 sub_5 created past_due plan=pro period=0-360 latest=in_5 customer=cus_5
    r3 d26 00:00 cus_6 created org=org_restricted
    r4 d26 00:00 sub_6 created past_due plan=pro period=26-360 latest=in_6 customer=cus_6
)";

plans_text shipped_plans() {
    std::ifstream file("deploy/plans.example.toml");
    plans_text text;
    text.toml.assign(std::istreambuf_iterator<char>(file), {});
    auto plans = read_plans(text.toml);
    REQUIRE(plans.has_value());
    text.plans = *std::move(plans);
    return text;
}

// Everything up to d34 is read.
void fill(database& db) {
    REQUIRE(
        postgres::migrate(db.as_owner(), shipped_plans(), builders::usual_migration()).ending ==
        postgres::migration_ending::done
    );
    books mine(db);
    tests::live_through(mine, lives, day("d34 00:00"));
}

}  // namespace

TEST_CASE("gates: the cases of the application that Billhook was made for") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    postgres::connection application(db.as("billhook_app"));
    pqxx::nontransaction asks(application.raw());
    struct row {
        const char* name;
        const char* organization;
        const char* feature;
        const char* can;
        const char* limit;  // "" is null: unlimited
    };
    // clang-format off
    const row rows[] = {
        {"50 patients on Basic",                         "org_basic",      "patients_max",         "t", "50"},
        {"any number of patients on Pro",                "org_pro",        "patients_max",         "t", ""},
        {"10 on Basic's prioritized list",               "org_basic",      "prioritized_max",      "t", "10"},
        {"any number on Pro's prioritized list",         "org_pro",        "prioritized_max",      "t", ""},
        {"no treatment notes on Basic",                  "org_basic",      "treatment_notes",      "f", "0"},
        {"treatment notes on Pro",                       "org_pro",        "treatment_notes",      "t", ""},
        {"no webhook integrations on Basic",             "org_basic",      "webhook_integrations", "f", "0"},
        {"webhook integrations on Pro",                  "org_pro",        "webhook_integrations", "t", ""},
        {"the trial is Basic",                           "org_trial",      "patients_max",         "t", "50"},
        {"the trial is not Pro",                         "org_trial",      "treatment_notes",      "f", "0"},
        {"after the trial: no patients",                 "org_over",       "patients_max",         "f", "0"},
        {"after the trial: no prioritized list",         "org_over",       "prioritized_max",      "f", "0"},
        {"after the trial: no treatment notes",          "org_over",       "treatment_notes",      "f", "0"},
        {"after the trial: no webhook integrations",     "org_over",       "webhook_integrations", "f", "0"},
        {"restricted: the prioritized list is off",      "org_restricted", "prioritized_max",      "f", "0"},
        {"restricted: patients stay as the plan has it", "org_restricted", "patients_max",         "t", ""},
        {"unpaid for too long: nothing",                 "org_unpaid",     "treatment_notes",      "f", "0"},
        {"nobody ever saw it: everything",               "org_nobody",     "treatment_notes",      "t", ""},
        {"a feature that nobody has",                    "org_pro",        "teleportation",        "f", "0"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        const auto answer = asks.exec_params1(
            "SELECT billing.can($1, $2), billing.limit_of($1, $2)", each.organization, each.feature
        );
        CHECK(std::string(answer[0].c_str()) == each.can);
        CHECK(std::string(answer[1].c_str()) == each.limit);
        CHECK(answer[1].is_null() == (*each.limit == '\0'));
    }
}

namespace {

struct reads {
    int sequential_scans = 0;
    int standings_fetched = 0;
};

// So far, by the statistics that the session has not handed in: they may outlive a transaction.
// What lies inside functions counts, too.
reads reads_so_far(pqxx::work& in) {
    const auto row = in.exec1(
        "SELECT coalesce(sum(seq_scan), 0), coalesce(sum(idx_tup_fetch) FILTER (WHERE relname = "
        "'standings'), 0) FROM pg_stat_xact_user_tables "
        "WHERE schemaname IN ('billing_1', 'billhook', 'public')"
    );
    return {row[0].as<int>(), row[1].as<int>()};
}

}  // namespace

TEST_CASE("gates: a question reads one indexed row however many organizations there are") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    db.rows(
        "INSERT INTO public.organizations (id) SELECT 'org_' || n FROM generate_series(1, 20000) n;"
        "INSERT INTO billing_1.standings (organization, as_of) SELECT 'org_' || n, now() FROM "
        "generate_series(1, 20000) n; ANALYZE public.organizations; ANALYZE billing_1.standings"
    );
    postgres::connection application(db.as("billhook_app"));
    struct row {
        const char* name;
        const char* sql;
    };
    const row rows[] = {
        {"can",      "SELECT billing.can('org_basic', 'treatment_notes')"  },
        {"limit_of", "SELECT billing.limit_of('org_basic', 'patients_max')"},
        {"access",
         "SELECT access, features FROM billing.organization_access WHERE organization_id = "
         "'org_basic'"                                                     },
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        pqxx::work in(application.raw());
        const reads before = reads_so_far(in);
        REQUIRE(in.exec(each.sql).size() == 1);
        const reads after = reads_so_far(in);
        CHECK(after.sequential_scans == before.sequential_scans);
        CHECK(after.standings_fetched == before.standings_fetched + 1);
    }
}

}  // namespace billhook
