#include "tests/worker/ledger/lived.hpp"

#include <doctest/doctest.h>
#include <pqxx/nontransaction>

#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

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
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        const auto answer = asks.exec_params1(
            "SELECT billing.can($1, $2), billing.limit_of($1, $2), g.allowed, g.limit FROM "
            "billing.gate($1, $2) g",
            each.organization,
            each.feature
        );
        for (const int at : {0, 2}) {
            CAPTURE(at);
            CHECK(std::string(answer[at].c_str()) == each.can);
            CHECK(std::string(answer[at + 1].c_str()) == each.limit);
            CHECK(answer[at + 1].is_null() == (*each.limit == '\0'));
        }
    }
}

TEST_CASE("gates: a null organization and a misspelt feature are errors and not an answer") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    postgres::connection application(db.as("billhook_app"));
    const auto refusal = [&](const std::string& sql) {
        pqxx::work asks(application.raw());
        try {
            asks.exec(sql);
            return std::string("none");
        } catch (const pqxx::sql_error& error) {
            const std::string text = error.what();
            return error.sqlstate() + text.substr(0, text.find('\n'));
        }
    };
    const std::string unknown =
        "22023ERROR:  no plan has a feature \"teleportation\"; there are "
        "patients_max, prioritized_max, treatment_notes, "
        "webhook_integrations";
    const std::string null = "22004ERROR:  the organization is null";
    struct row {
        const char* question;
        std::string refusal;
    };
    // clang-format off
    const row rows[] = {
        {"billing.can('org_pro', 'teleportation')",                 unknown},
        {"billing.can('org_nobody', 'teleportation')",              unknown},
        {"billing.limit_of('org_pro', 'teleportation')",            unknown},
        {"billing.limit_of('org_nobody', 'teleportation')",         unknown},
        {"billing.can(NULL::text, 'treatment_notes')",              null},
        {"billing.can(NULL::uuid, 'treatment_notes')",              null},
        {"billing.can(NULL::bigint, 'treatment_notes')",            null},
        {"billing.limit_of(NULL, 'patients_max')",                  null},
        {"billing.can_or(NULL, 'treatment_notes', true)",           null},
        {"billing.can_or(NULL, 'teleportation', true)",             null},
        {"billing.can_or('org_nobody', 'teleportation', true)",     "none"},
        {"billing.can(12, 'treatment_notes')",                      "none"},
        {"g.allowed FROM billing.gate('org_pro', 'teleportation') g", unknown},
        {"g.limit FROM billing.gate('org_pro', 'teleportation') g", unknown},
        {"g.allowed FROM billing.gate('org_nobody', 'teleportation') g", unknown},
        {"g.limit FROM billing.gate(NULL::text, 'patients_max') g", null},
        {"g.allowed FROM billing.gate(NULL::uuid, 'treatment_notes') g", null},
        {"g.allowed FROM billing.gate(NULL::bigint, 'treatment_notes') g", null},
        {"billing.can('org_pro', NULL)", "22023ERROR:  no plan has a feature null; there are "
             "patients_max, prioritized_max, treatment_notes, webhook_integrations"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.question);
        CHECK(refusal("SELECT " + std::string(each.question)) == each.refusal);
    }
}

TEST_CASE("gates: can_or answers what it is told for a feature that no plan has and for no other") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    struct row {
        const char* arguments;
        const char* answer;
    };
    const row rows[] = {
        {"'org_pro', 'teleportation', true",       "t"},
        {"'org_pro', 'teleportation', false",      "f"},
        {"'org_pro', 'teleportation', NULL",       "" },
        {"'org_nobody', 'teleportation', false",   "f"},
        {"12, 'teleportation', false",             "f"},
        {"'org_pro', 'treatment_notes', false",    "t"},
        {"'org_basic', 'treatment_notes', true",   "f"},
        {"'org_nobody', 'treatment_notes', false", "t"},
    };
    for (const row& each : rows) {
        CAPTURE(each.arguments);
        CHECK(db.ask("SELECT billing.can_or(" + std::string(each.arguments) + ")") == each.answer);
    }
    CHECK(
        db.ask("SELECT string_agg(name || ' ' || type, ', ') FROM billing.features()") ==
        "patients_max limit, prioritized_max limit, treatment_notes switch, webhook_integrations "
        "switch"
    );
}

namespace {

struct reads {
    int sequential_scans = 0;  // of tables that grow
    int standings_fetched = 0;
};

// So far, by the statistics that the session has not handed in: they may outlive a transaction.
// What lies inside functions counts, too.
reads reads_so_far(pqxx::work& in) {
    const auto row = in.exec1(
        "SELECT sum(seq_scan), sum(idx_tup_fetch) FILTER (WHERE relname = 'standings') "
        "FROM pg_stat_xact_user_tables WHERE schemaname IN ('billing_1', 'public')"
    );
    return {row[0].as<int>(), row[1].as<int>()};
}

struct key_type {
    const char* type;
    const char* key;  // an SQL expression of the number n
};

// An application with such keys: of its 20,000 organizations those of an even number have a
// standing. Returns the statements that migrate leaves to the application.
std::vector<std::string> fill_with_keys(database& db, const key_type& keys) {
    db.rows(fmt::format(
        "CREATE TABLE public.organizations (id {} PRIMARY KEY, stripe_customer_id text, "
        "subscription_status text, subscription_plan text)",
        keys.type
    ));
    auto request = builders::usual_migration();
    request.with_organizations = false;
    const auto report = postgres::migrate(db.as_owner(), shipped_plans(), request);
    REQUIRE(report.ending == postgres::migration_ending::done);
    db.rows(fmt::format(
        "INSERT INTO public.organizations (id) SELECT {0} FROM generate_series(1, 20000) n; INSERT "
        "INTO billing_1.standings (organization, reason, features, as_of) SELECT ({0})::text, "
        "'paid', '{{\"treatment_notes\": true, \"patients_max\": null}}', now() FROM "
        "generate_series(2, 20000, 2) n; ANALYZE public.organizations; ANALYZE billing_1.standings",
        keys.key
    ));
    return report.missing;
}

struct question {
    const char* name;
    const char* sql;  // of the organization {}
    int number;       // of the organization
    int standings;    // how many rows of them are read
};

// clang-format off
constexpr question questions[] = {
    {"can, with a standing",      "SELECT billing.can({}, 'treatment_notes')",           2,     1},
    {"can, with a row only",      "SELECT NOT billing.can({}, 'treatment_notes')",       3,     0},
    {"can, never seen",           "SELECT billing.can({}, 'treatment_notes')",           20001, 0},
    {"can_or, with a standing",   "SELECT billing.can_or({}, 'treatment_notes', false)", 2,     1},
    {"limit_of, with a standing", "SELECT billing.limit_of({}, 'patients_max') IS NULL", 2,     1},
    {"limit_of, with a row only", "SELECT billing.limit_of({}, 'patients_max') = 50",    3,     0},
    {"limit_of, never seen",      "SELECT billing.limit_of({}, 'patients_max') IS NULL", 20001, 0},
    {"gate, with a standing",     "SELECT allowed AND g.limit IS NULL FROM billing.gate({}, 'patients_max') g", 2,     1},
    {"gate, with a row only",     "SELECT allowed AND g.limit = 50 FROM billing.gate({}, 'patients_max') g",    3,     0},
    {"gate, never seen",          "SELECT allowed AND g.limit IS NULL FROM billing.gate({}, 'patients_max') g", 20001, 0},
};

// It looks at the standing of an organization of the application once more, to show it once.
constexpr question questions_of_the_view[] = {
    {"with a standing", "SELECT reason = 'paid' FROM billing.organization_access WHERE organization_id = {}",    2,     2},
    {"with a row only", "SELECT reason = 'unknown' FROM billing.organization_access WHERE organization_id = {}", 3,     0},
    {"never seen",      "SELECT count(*) = 0 FROM billing.organization_access WHERE organization_id = {}",       20001, 0},
};
// clang-format on

void check_reads(database& db, const key_type& keys, std::span<const question> asked) {
    postgres::connection application(db.as("billhook_app"));
    for (const question& each : asked) {
        CAPTURE(each.name);
        const std::string key = db.ask(
            fmt::format("SELECT ({})::text FROM (VALUES ({})) one (n)", keys.key, each.number)
        );
        pqxx::work in(application.raw());
        const reads before = reads_so_far(in);
        const auto answer = in.exec1(fmt::format(fmt::runtime(each.sql), in.quote(key)));
        const reads after = reads_so_far(in);
        CHECK(answer[0].as<bool>());
        CHECK(after.sequential_scans == before.sequential_scans);
        CHECK(after.standings_fetched == before.standings_fetched + each.standings);
    }
}

}  // namespace

TEST_CASE("gates: a question reads by an index whatever the type of the application's keys") {
    const struct {
        key_type keys;
        bool asked_by_the_key;  // without the index for which migrate asks
    } rows[] = {
        {{"text", "'org_' || n"},               true },
        {{"varchar(40)", "'org_' || n"},        true },
        {{"text COLLATE \"C\"", "'org_' || n"}, true },
        {{"uuid", "md5(n::text)::uuid"},        true },
        {{"bigint", "9223372036854755806 + n"}, true },
        {{"integer", "n - 10000"},              true },
        {{"numeric", "n::numeric / 2"},         false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.keys.type);
        database db;
        if (!db.usable()) {
            return;
        }
        const auto left_to_the_application = fill_with_keys(db, row.keys);
        if (row.asked_by_the_key) {
            check_reads(db, row.keys, questions);
        }
        for (std::string each : left_to_the_application) {
            db.rows(each.replace(each.find(" CONCURRENTLY"), 13, ""));
        }
        check_reads(db, row.keys, questions);
        check_reads(db, row.keys, questions_of_the_view);
    }
}

TEST_CASE("gates: keys of every type are asked as they are and billing.gate is no call") {
    const struct {
        key_type keys;
        std::string known;
        std::string row_only;
    } rows[] = {
        {{"text", "'org_' || n"},               "'org_2'",             "'org_3'"            },
        {{"uuid", "md5(n::text)::uuid"},        "md5('2')::uuid",      "md5('3')::uuid"     },
        {{"bigint", "n"},                       "2",                   "3::bigint"          },
        {{"bigint", "9223372036854755806 + n"}, "9223372036854755808", "9223372036854755809"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.keys.key);
        database db;
        if (!db.usable()) {
            return;
        }
        fill_with_keys(db, row.keys);
        CHECK(db.ask("SELECT billing.can(" + row.known + ", 'treatment_notes')") == "t");
        CHECK(db.ask("SELECT billing.can_or(" + row.known + ", 'none', false)") == "f");
        CHECK(db.ask("SELECT billing.limit_of(" + row.known + ", 'patients_max')").empty());
        CHECK(db.ask("SELECT billing.limit_of(" + row.row_only + ", 'patients_max')") == "50");
        const auto gate = [&](const std::string& key) {
            return "SELECT g.limit FROM billing.gate(" + key + ", 'patients_max') g";
        };
        CHECK(db.ask(gate(row.known)).empty());
        CHECK(db.ask(gate(row.row_only)) == "50");
        const std::string plan = db.ask("EXPLAIN (FORMAT JSON) " + gate(row.known));
        CHECK(plan.find("\"Index Name\": \"standings_pkey\"") != plan.npos);
        CHECK(plan.find("Seq Scan") == plan.npos);
        CHECK(plan.find("Function Scan") == plan.npos);
    }
}

TEST_CASE("gates: a text that is no key of the application's type is nobody and no error") {
    const struct {
        key_type keys;
        std::vector<const char*> texts;
    } rows[] = {
        {{"uuid", "md5(n::text)::uuid"},
         {"",
          "org_1",
          "c81e728d9d4c2f636f067f89cc14862c",
          "C81E728D-9D4C-2F63-6F06-7F89CC14862C",
          "c81e728d-9d4c-2f63-6f06-7f89cc14862c ",
          "gggggggg-9d4c-2f63-6f06-7f89cc14862c"}},
        {{"bigint", "n"},
         {"",
          "org_1",
          "03",
          "+3",
          "-0",
          " 3",
          "3.0",
          "9223372036854775808",
          "99999999999999999999",
          "1e3"}                                 },
    };
    for (const auto& row : rows) {
        CAPTURE(row.keys.type);
        database db;
        if (!db.usable()) {
            return;
        }
        fill_with_keys(db, row.keys);
        for (const char* text : row.texts) {
            CAPTURE(text);
            CHECK(db.ask("SELECT billing.limit_of('" + std::string(text) + "', 'patients_max')")
                      .empty());
            CHECK(
                db.ask("SELECT billing.can('" + std::string(text) + "', 'treatment_notes')") == "t"
            );
        }
    }
}

}  // namespace billhook
