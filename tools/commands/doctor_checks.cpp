#include "schemas/io/postgres/organization_key.hpp"
#include "schemas/messages/topics.hpp"
#include "tools/commands/doctor.hpp"
#include "tools/commands/folded.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <array>
#include <chrono>
#include <fmt/format.h>
#include <string_view>

namespace billhook {

namespace {

using namespace std::chrono_literals;

void add(
    std::vector<doctor_finding>& found,
    severity how,
    const char* about,
    std::string text,
    std::string remedy
) {
    found.push_back({how, about, std::move(text), std::move(remedy)});
}

}  // namespace

void check_topics(kafka::admin& cluster, std::vector<doctor_finding>& found) {
    for (auto& one : kafka::preflight(cluster, topics::stripe_events, std::nullopt, 10s)) {
        found.push_back(
            {severity::wrong,
             "kafka",
             std::move(one.text),
             one.acceptable ? "change the topic, or accept it with --allow-weak-durability"
                            : "billhook migrate makes the topic as it must be",
             one.acceptable}
        );
    }
    for (const char* topic : {topics::billing_changes, topics::billing_notices}) {
        if (!cluster.describe(topic, 10s)) {
            add(found,
                severity::wrong,
                "kafka",
                fmt::format("topic {} is missing", topic),
                "billhook migrate");
        }
    }
}

void check_database(pqxx::connection& in, std::vector<doctor_finding>& found) {
    if (in.server_version() < 150'000) {
        add(found,
            severity::wrong,
            "postgres",
            fmt::format("server version {}", in.server_version()),
            "use PostgreSQL 15 or later");
    }
    pqxx::nontransaction asks(in);
    if (asks.exec1("SELECT to_regclass('billhook.projections') IS NULL")[0].as<bool>()) {
        add(found,
            severity::wrong,
            "postgres",
            "the database was never migrated",
            "billhook migrate");
        return;
    }
    const auto live = asks.exec("SELECT name FROM billhook.projections WHERE role = 'live'");
    if (live.empty()) {
        add(found, severity::wrong, "postgres", "there is no live projection", "billhook migrate");
    }
    for (const auto& row : asks.exec(
             "SELECT topic, partition FROM billhook.offsets WHERE halted IS NOT NULL ORDER BY 1, 2"
         )) {
        add(found,
            severity::wrong,
            "postgres",
            fmt::format("{}/{} is halted by too many dead letters", row[0].c_str(), row[1].c_str()),
            "billhook dead-letters list says why: a deploy gone wrong? undo it, then billhook "
            "dead-letters resume");
    }
    for (const auto& row : asks.exec(
             "SELECT pid, extract(epoch FROM now() - xact_start)::bigint FROM pg_stat_activity "
             "WHERE backend_xmin IS NOT NULL AND xact_start < now() - interval '1 hour'"
         )) {
        add(found,
            severity::doubtful,
            "postgres",
            fmt::format(
                "backend {} keeps a snapshot for {} s; dead rows pile up",
                row[0].c_str(),
                row[1].c_str()
            ),
            fmt::format("end it: SELECT pg_terminate_backend({})", row[0].c_str()));
    }
    for (const auto& row : asks.exec("SELECT gid FROM pg_prepared_xacts")) {
        add(found,
            severity::doubtful,
            "postgres",
            fmt::format("prepared transaction {} is open", row[0].c_str()),
            "commit it or roll it back: it holds locks and dead rows");
    }
}

void check_roles(pqxx::connection& in, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    for (const auto& row :
         asks.exec("SELECT wanted.role FROM (VALUES ('billhook_owner'), ('billhook_worker'), "
                   "('billhook_notifier'), ('billhook_app'), ('billhook_ops'), "
                   "('billhook_api')) AS wanted (role) "
                   "LEFT JOIN pg_roles r ON r.rolname = wanted.role WHERE r.rolname IS NULL OR NOT "
                   "r.rolcanlogin")) {
        add(found,
            severity::wrong,
            "roles",
            fmt::format("role {} is missing or cannot log in", row[0].c_str()),
            "billhook migrate, as a user with CREATEROLE");
    }
    for (const char* setting :
         {"statement_timeout",
          "lock_timeout",
          "idle_in_transaction_session_timeout",
          "enable_seqscan",
          "jit",
          "plan_cache_mode",
          "search_path"}) {
        const auto set = asks.exec_params1(
            "SELECT EXISTS (SELECT FROM pg_roles r, unnest(r.rolconfig) c WHERE r.rolname = "
            "'billhook_worker' AND split_part(c, '=', 1) = $1)",
            setting
        );
        if (!set[0].as<bool>()) {
            add(found,
                severity::wrong,
                "roles",
                fmt::format("billhook_worker has no {} of its own", setting),
                "billhook migrate (deploy/postgres/roles.sql)");
        }
    }
    const auto owner = asks.exec(
        "SELECT r.rolname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE "
        "n.nspname = 'billhook' AND (r.rolcreaterole OR r.rolsuper)"
    );
    for (const auto& row : owner) {
        add(found,
            severity::doubtful,
            "roles",
            fmt::format(
                "{}, which owns Billhook's schemas, may make roles: before Postgres 16 that is as "
                "much as the server's own account",
                row[0].c_str()
            ),
            "let an administrator run deploy/postgres/roles.sql and set the passwords, then ALTER "
            "ROLE … NOCREATEROLE");
    }
    const auto ddl = asks.exec(
        "SELECT n.nspname FROM pg_namespace n, pg_roles r WHERE r.rolname = 'billhook_worker' AND "
        "(n.nspname IN ('billhook', 'billing') OR n.nspname LIKE 'billing\\_%') AND "
        "has_schema_privilege(r.oid, n.oid, 'CREATE')"
    );
    for (const auto& row : ddl) {
        add(found,
            severity::wrong,
            "roles",
            fmt::format("billhook_worker may create in schema {}", row[0].c_str()),
            fmt::format("REVOKE CREATE ON SCHEMA {} FROM billhook_worker", row[0].c_str()));
    }
}

void check_clock(pqxx::connection& in, instant local, std::vector<doctor_finding>& found) {
    const auto apart = std::chrono::abs(database_time(in) - local);
    if (apart > 30s) {
        add(found,
            severity::wrong,
            "clock",
            fmt::format(
                "this machine and the database are {} s apart",
                std::chrono::duration_cast<std::chrono::seconds>(apart).count()
            ),
            "synchronise both with NTP: a gateway whose clock is off refuses Stripe's signatures");
    }
}

namespace {

void check_worker_may_mirror(pqxx::nontransaction& asks, std::vector<doctor_finding>& found) {
    if (asks.exec1("SELECT to_regrole('billhook_worker') IS NULL")[0].as<bool>()) {
        return;
    }
    for (const char* column :
         {"id", "stripe_customer_id", "subscription_status", "subscription_plan"}) {
        const bool written = std::string_view{column} != "id";
        const auto may = asks.exec_params1(
            "SELECT coalesce(has_column_privilege('billhook_worker', 'public.organizations', "
            "a.attname, 'SELECT') AND ($2 OR has_column_privilege('billhook_worker', "
            "'public.organizations', a.attname, 'UPDATE')), false) FROM (SELECT $1::text AS "
            "wanted) w "
            "LEFT JOIN pg_attribute a ON a.attrelid = 'public.organizations'::regclass AND "
            "a.attname = w.wanted AND NOT a.attisdropped",
            column,
            !written
        );
        if (!may[0].as<bool>()) {
            add(found,
                severity::wrong,
                "organizations",
                fmt::format(
                    "the worker may not {} column {}", written ? "read and update" : "read", column
                ),
                "billhook migrate, as the table's owner");
        }
    }
}

void check_what_the_application_added(
    pqxx::nontransaction& asks,
    std::vector<doctor_finding>& found
) {
    const auto security = asks.exec1(
        "SELECT relrowsecurity FROM pg_class WHERE oid = 'public.organizations'::regclass"
    );
    if (security[0].as<bool>()) {
        add(found,
            severity::doubtful,
            "organizations",
            "row security is on: the mirror may silently update nothing",
            "CREATE POLICY … TO billhook_worker USING (true) WITH CHECK (true)");
    }
    for (const auto& row : asks.exec(
             "SELECT tgname FROM pg_trigger WHERE tgrelid = 'public.organizations'::regclass AND "
             "NOT tgisinternal ORDER BY 1"
         )) {
        add(found,
            severity::doubtful,
            "organizations",
            fmt::format(
                "trigger {} runs with the worker's rights when a row is mirrored", row[0].c_str()
            ),
            "see that it may do there what it does (SECURITY DEFINER), or leave the three columns "
            "alone");
    }
}

void check_indexes(pqxx::nontransaction& asks, std::vector<doctor_finding>& found) {
    for (const std::string& each : postgres::missing_organization_indexes(asks)) {
        add(found,
            severity::doubtful,
            "organizations",
            "no index serves a question about one organization: it reads the whole table",
            each);
    }
}

void check_rows_that_fail(pqxx::nontransaction& asks, std::vector<doctor_finding>& found) {
    if (!asks.exec1("SELECT to_regclass('billhook.mirror_errors') IS NULL")[0].as<bool>()) {
        const auto failing =
            asks.exec1("SELECT count(*), min(sqlstate) FROM billhook.mirror_errors");
        if (failing[0].as<std::int64_t>() > 0) {
            add(found,
                severity::doubtful,
                "organizations",
                fmt::format(
                    "{} rows cannot be mirrored (first SQLSTATE {})",
                    failing[0].c_str(),
                    failing[1].c_str()
                ),
                "SELECT * FROM billhook.mirror_errors; the application's constraint or trigger "
                "refuses them");
        }
    }
}

}  // namespace

void check_organizations(pqxx::connection& in, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    if (asks.exec1("SELECT to_regclass('public.organizations') IS NULL")[0].as<bool>()) {
        add(found,
            severity::wrong,
            "organizations",
            "public.organizations is missing",
            "billhook migrate --with-organizations, or create it in the application");
        return;
    }
    check_worker_may_mirror(asks, found);
    check_what_the_application_added(asks, found);
    check_indexes(asks, found);
    check_rows_that_fail(asks, found);
}

}  // namespace billhook
