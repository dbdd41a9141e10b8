#include "schemas/io/postgres/failure.hpp"
#include "tests/builders/postgres/database.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace billhook {

namespace {

using builders::database;

// The SQLSTATE with which `role` is refused, "" if it is not.
std::string refusal(const database& db, const std::string& role, const std::string& sql) {
    postgres::connection on(db.as(role));
    try {
        pqxx::work in(on.raw());
        in.exec(sql);
        return "";
    } catch (const std::exception& error) {
        return postgres::classify(error).sqlstate;
    }
}

}  // namespace

TEST_CASE("roles: each may do its work and nothing else") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    struct row {
        const char* role;
        const char* sql;
        const char* refused;  // SQLSTATE, "" if it must work
    };
    // clang-format off
    const row rows[] = {
        {"billhook_worker",   "CREATE TABLE billing_1.x ()",                            "42501"},
        {"billhook_worker",   "CREATE TABLE billhook.x ()",                             "42501"},
        {"billhook_worker",   "CREATE SCHEMA x",                                        "42501"},
        {"billhook_worker",   "DROP TABLE billing_1.standings",                         "42501"},
        {"billhook_worker",   "TRUNCATE billing_1.events",                              "42501"},
        {"billhook_worker",   "DELETE FROM billing_1.events",                           "42501"},
        {"billhook_worker",   "DELETE FROM billing_1.dunning_cases",                    ""},
        {"billhook_worker",   "DELETE FROM billhook.dead_letters",                      "42501"},
        {"billhook_worker",   "UPDATE billhook.projections SET role = 'old'",           "42501"},
        {"billhook_worker",   "LOCK TABLE billhook.projections IN EXCLUSIVE MODE",      "42501"},
        {"billhook_worker",   "UPDATE public.organizations SET subscription_plan = ''", ""},
        {"billhook_worker",   "UPDATE public.organizations SET name = ''",              "42501"},
        {"billhook_worker",   "DELETE FROM public.organizations",                       "42501"},
        {"billhook_worker",   "INSERT INTO public.organizations (id) VALUES ('x')",     "42501"},
        {"billhook_worker",   "SELECT * FROM billing.organization_access",              ""},
        {"billhook_notifier", "SELECT * FROM billhook.notices",                         ""},
        {"billhook_notifier", "SELECT * FROM billhook.outbox",                          "42501"},
        {"billhook_notifier", "UPDATE billhook.notices SET claimed_by = '', claimed_at = now(), outcome = '', cause = '', finished_at = now()", ""},
        {"billhook_notifier", "SELECT FROM billhook.notices FOR UPDATE",                ""},
        {"billhook_notifier", "UPDATE billhook.notices SET state = 'sent'",             "42501"},
        {"billhook_notifier", "UPDATE billhook.notices SET organization = ''",          "42501"},
        {"billhook_notifier", "INSERT INTO billhook.notices SELECT FROM billhook.notices", "42501"},
        {"billhook_notifier", "DELETE FROM billhook.notices",                           "42501"},
        {"billhook_notifier", "INSERT INTO billhook.leases VALUES ('notifier/a', 'a', now())", ""},
        {"billhook_notifier", "INSERT INTO billhook.leases VALUES ('billing.notices/0', 'a', now())", ""},
        {"billhook_notifier", "INSERT INTO billhook.leases VALUES ('stripe.events/0', 'a', now())", "42501"},
        {"billhook_notifier", "INSERT INTO billhook.leases VALUES ('relay', 'a', now())", "42501"},
        {"billhook_notifier", "SELECT * FROM billing_1.standings",                      ""},
        {"billhook_notifier", "SELECT * FROM billing_1.events",                         "42501"},
        {"billhook_notifier", "SELECT event, organization, until, revokes FROM billing_1.grants", ""},
        {"billhook_notifier", "SELECT reason FROM billing_1.grants",                    "42501"},
        {"billhook_app",      "SELECT * FROM billing.organization_access",              ""},
        {"billhook_app",      "SELECT * FROM billing.subscription_history",             ""},
        {"billhook_app",      "SELECT * FROM billing.unmapped_customers",               ""},
        {"billhook_app",      "SELECT billing.can('a', 'patients_max')",               ""},
        {"billhook_app",      "SELECT billing.limit_of('a', 'patients_max')",          ""},
        {"billhook_app",      "SELECT * FROM billing.gate('a', 'patients_max')",       ""},
        {"billhook_app",      "SELECT * FROM billing.features()",                      ""},
        {"billhook_app",      "SELECT * FROM billing_1.standings",                      "42501"},
        {"billhook_app",      "SELECT * FROM billhook.offsets",                         "42501"},
        {"billhook_api",      "SELECT * FROM billing.organization_access",              ""},
        {"billhook_api",      "SELECT * FROM billing.progress",                         ""},
        {"billhook_api",      "SELECT * FROM billing.organization_customers",           ""},
        {"billhook_api",      "SELECT * FROM billing.organization_subscriptions",       ""},
        {"billhook_api",      "SELECT billing.can('a', 'patients_max')",                ""},
        {"billhook_api",      "SELECT * FROM billing_1.customers",                      "42501"},
        {"billhook_api",      "SELECT * FROM billhook.offsets",                         "42501"},
        {"billhook_api",      "SELECT * FROM public.organizations",                     "42501"},
        {"billhook_api",      "SET default_transaction_read_only = off; COMMIT; INSERT INTO billhook.outbox DEFAULT VALUES", "42501"},
        {"billhook_ops",      "SELECT * FROM billing_1.standings",                      ""},
        {"billhook_ops",      "SELECT * FROM billhook.dead_letters",                    ""},
        {"billhook_ops",      "UPDATE billhook.offsets SET halted = NULL",              "25006"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.role);
        CAPTURE(each.sql);
        CHECK(refusal(db, each.role, each.sql) == each.refused);
    }
    postgres::connection worker(db.as("billhook_worker"));
    pqxx::work in(worker.raw());
    CHECK(std::string(in.exec1("SHOW search_path")[0].c_str()) == "\"\"");
    CHECK(std::string(in.exec1("SHOW enable_seqscan")[0].c_str()) == "off");
    CHECK(std::string(in.exec1("SHOW jit")[0].c_str()) == "off");
    CHECK(std::string(in.exec1("SHOW plan_cache_mode")[0].c_str()) == "force_generic_plan");
    CHECK(std::string(in.exec1("SHOW lock_timeout")[0].c_str()) == "5s");
    CHECK(std::string(in.exec1("SHOW idle_in_transaction_session_timeout")[0].c_str()) == "4s");
}

TEST_CASE("roles: what each may do with each table and no more") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    struct row {
        std::string role;
        std::string relation;  // a table or a view; SCHEMA.* stands for those without a row
        // SELECT, INSERT, UPDATE, DELETE; in small letters of some columns alone. TRUNCATE,
        // REFERENCES and TRIGGER would be T, R and G.
        std::string may;
    };
    // Whoever has no row for a relation may do nothing with it.
    // clang-format off
    const row rows[] = {
        {"billhook_worker",   "billing_1.*",                  "SIU"},
        {"billhook_worker",   "billing_1.customer_facts",     "SIUD"},
        {"billhook_worker",   "billing_1.dunning_cases",      "SIUD"},
        {"billhook_worker",   "billing_1.invoice_facts",      "SIUD"},
        {"billhook_worker",   "billing_1.subscription_facts", "SIUD"},
        {"billhook_worker",   "billhook.dead_letters",        "SI"},
        {"billhook_worker",   "billhook.leases",              "SIUD"},
        {"billhook_worker",   "billhook.mirror_errors",       "SIUD"},
        {"billhook_worker",   "billhook.notices",             "SI"},
        {"billhook_worker",   "billhook.notices_since",       "S"},
        {"billhook_worker",   "billhook.offsets",             "SIU"},
        {"billhook_worker",   "billhook.outbox",              "SID"},
        {"billhook_worker",   "billhook.plans",               "S"},
        {"billhook_worker",   "billhook.projections",         "S"},
        {"billhook_worker",   "billhook.schema_version",      "S"},
        {"billhook_worker",   "billing.*",                    "S"},
        {"billhook_worker",   "public.organizations",         "su"},
        {"billhook_notifier", "billing_1.dunning_cases",      "S"},
        {"billhook_notifier", "billing_1.grants",             "s"},
        {"billhook_notifier", "billing_1.standings",          "S"},
        {"billhook_notifier", "billing_1.subscriptions",      "S"},
        {"billhook_notifier", "billhook.leases",              "SIUD"},
        {"billhook_notifier", "billhook.notices",             "Su"},
        {"billhook_notifier", "billhook.projections",         "S"},
        {"billhook_app",      "billing.*",                    "S"},
        {"billhook_api",      "billing.*",                    "S"},
        {"billhook_ops",      "billing_1.*",                  "S"},
        {"billhook_ops",      "billhook.*",                   "S"},
        {"billhook_ops",      "billing.*",                    "S"},
        {"billhook_ops",      "public.organizations",         "s"},
    };
    // clang-format on
    const auto expected = [&](const std::string& role, const std::string& relation) {
        const std::string all = relation.substr(0, relation.find('.')) + ".*";
        std::string found;
        for (const row& each : rows) {
            if (each.role == role && (each.relation == relation || each.relation == all)) {
                found = each.may;  // the rows of one relation stand behind that of all
            }
        }
        return found;
    };
    const auto found = db.rows(R"(
        SELECT r.rolname, n.nspname || '.' || c.relname, concat(
            CASE WHEN has_table_privilege(r.oid, c.oid, 'SELECT') THEN 'S'
                 WHEN has_any_column_privilege(r.oid, c.oid, 'SELECT') THEN 's' END,
            CASE WHEN has_table_privilege(r.oid, c.oid, 'INSERT') THEN 'I'
                 WHEN has_any_column_privilege(r.oid, c.oid, 'INSERT') THEN 'i' END,
            CASE WHEN has_table_privilege(r.oid, c.oid, 'UPDATE') THEN 'U'
                 WHEN has_any_column_privilege(r.oid, c.oid, 'UPDATE') THEN 'u' END,
            CASE WHEN has_table_privilege(r.oid, c.oid, 'DELETE') THEN 'D' END,
            CASE WHEN has_table_privilege(r.oid, c.oid, 'TRUNCATE') THEN 'T' END,
            CASE WHEN has_any_column_privilege(r.oid, c.oid, 'REFERENCES') THEN 'R' END,
            CASE WHEN has_table_privilege(r.oid, c.oid, 'TRIGGER') THEN 'G' END)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN pg_roles r
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
          AND r.rolname IN ('billhook_worker', 'billhook_notifier', 'billhook_app', 'billhook_api',
                            'billhook_ops')
        ORDER BY 1, 2)");
    CHECK(found.size() > 150);
    for (const auto& each : found) {
        const std::string role{each[0].c_str()};
        const std::string relation{each[1].c_str()};
        CAPTURE(role);
        CAPTURE(relation);
        CHECK(std::string(each[2].c_str()) == expected(role, relation));
    }
    CHECK(
        db.ask(
            "SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolname LIKE 'billhook\\_%' AND "
            "(rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)"
        ) == ""
    );
    CHECK(
        db.ask("SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid IN (m.member, "
               "m.roleid) WHERE r.rolname LIKE 'billhook\\_%'") == "0"
    );
}

TEST_CASE("roles: the notifier's leases are its own and it sees no others") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    db.rows(
        "INSERT INTO billhook.leases VALUES ('relay', 'w', now()), ('stripe.events/0', 'w', "
        "now()), "
        "('notifier/a', 'a', now()), ('billing.notices/0', 'a', now())"
    );
    CHECK(refusal(db, "billhook_notifier", "UPDATE billhook.leases SET name = 'sweep'") == "42501");
    postgres::connection notifier(db.as("billhook_notifier"));
    pqxx::work in(notifier.raw());
    CHECK(in.exec("SELECT FROM billhook.leases").size() == 2);
    CHECK(in.exec("DELETE FROM billhook.leases").affected_rows() == 2);
    in.commit();
    CHECK(
        db.ask("SELECT string_agg(name, ' ' ORDER BY name) FROM billhook.leases") ==
        "relay stripe.events/0"
    );
    postgres::connection worker(db.as("billhook_worker"));
    pqxx::work all(worker.raw());
    CHECK(all.exec("UPDATE billhook.leases SET holder = 'x'").affected_rows() == 2);
}

TEST_CASE("roles: nobody leaves the database by them") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    std::ifstream file("deploy/postgres/hardening.sql");
    const std::string hardening(std::istreambuf_iterator<char>(file), {});
    REQUIRE(!hardening.empty());
    db.rows(hardening);
    db.rows(hardening);
    const std::string plain[] = {"billhook_worker", "billhook_notifier", "billhook_app"};
    const char* const forbidden[] = {
        "CREATE TEMPORARY TABLE x ()",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')",
        "CREATE TABLE public.x ()",
        "CREATE SCHEMA x",
        "CREATE FUNCTION billing.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE ROLE x",
        "ALTER ROLE billhook_ops NOLOGIN",
        "ALTER ROLE billhook_owner SET statement_timeout = 0",
        "GRANT billhook_owner TO CURRENT_USER",
        "SET ROLE billhook_owner",
        "SET SESSION AUTHORIZATION billhook_owner",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT pg_ls_dir('.')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY billhook.leases FROM '/etc/passwd'",
        "SELECT FROM pg_authid",
        "ALTER TABLE billhook.leases DISABLE ROW LEVEL SECURITY",
        "UPDATE billhook.plans SET toml = ''",
        "UPDATE billhook.projections SET role = 'old'",
        "UPDATE billhook.unknown_access SET plan = ''",
        "TRUNCATE billhook.notices",
    };
    for (const std::string& role : plain) {
        CAPTURE(role);
        for (const std::string sql : forbidden) {
            CAPTURE(sql);
            CHECK(refusal(db, role, sql) == "42501");
        }
    }
    // Who reads alone writes nothing, whatever it sets: 25006 is but the first fence.
    for (const std::string role : {"billhook_ops", "billhook_api"}) {
        CAPTURE(role);
        for (const std::string sql : forbidden) {
            CAPTURE(sql);
            CHECK(
                refusal(db, role, "SET default_transaction_read_only = off; COMMIT; " + sql) ==
                "42501"
            );
        }
    }
    // The owner of Billhook's schemas is nobody outside them.
    for (const char* const sql :
         {"CREATE ROLE x",
          "ALTER ROLE billhook_ops NOLOGIN",
          "SELECT pg_read_file('PG_VERSION')",
          "COPY (SELECT 1) TO PROGRAM 'true'",
          "SELECT lo_create(0)",
          "GRANT pg_execute_server_program TO CURRENT_USER"}) {
        CAPTURE(sql);
        CHECK(refusal(db, "billhook_owner", sql) == "42501");
    }
}

}  // namespace billhook
