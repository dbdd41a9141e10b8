#include "schemas/io/postgres/migrations.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/postgres/organization_key.hpp"
#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/io/postgres/projection_schema.hpp"
#include "schemas/io/postgres/unknown_access.hpp"
#include "schemas/sql/files.hpp"

#include <pqxx/result>
#include <pqxx/transaction>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <optional>
#include <string_view>
#include <thread>

namespace billhook::postgres {

namespace {

constexpr const char* first_projection = "billing_1";
constexpr int attempts = 20;

struct live_row {
    std::string name;
    std::string schema;
    bool livemode = false;
    std::int32_t fold_version = 0;
};

std::string with_owner(std::string text, std::string_view owner) {
    constexpr std::string_view place = ":owner";
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at)) {
        text.replace(at, place.size(), owner);
        at += owner.size();
    }
    return text;
}

bool exists(pqxx::work& in, const std::string& relation) {
    return in.exec_params1("SELECT to_regclass($1) IS NOT NULL", relation)[0].as<bool>();
}

std::optional<live_row> live(pqxx::work& in) {
    if (!exists(in, "billhook.projections")) {
        return std::nullopt;
    }
    const pqxx::result rows = in.exec(
        "SELECT name, schema, livemode, fold_version FROM billhook.projections WHERE role = 'live'"
    );
    if (rows.empty()) {
        return std::nullopt;
    }
    return live_row{
        rows[0][0].c_str(),
        rows[0][1].c_str(),
        rows[0][2].as<bool>(),
        rows[0][3].as<std::int32_t>()};
}

// Of a database from before there were accounts: none.
std::set<std::string> accounts_of(pqxx::work& in, const std::string& projection) {
    std::set<std::string> all;
    const pqxx::result there = in.exec(
        "SELECT FROM pg_attribute WHERE attrelid = 'billhook.projections'::regclass AND attname = "
        "'accounts'"
    );
    if (!there.empty()) {
        for (const auto& row : in.exec_params(
                 "SELECT unnest(accounts) FROM billhook.projections WHERE name = $1", projection
             )) {
            all.emplace(row[0].c_str());
        }
    }
    return all;
}

// Why this database cannot be migrated as asked, if it cannot.
migration_ending obstacle(pqxx::work& in, const migration_request& request, migration_report& to) {
    if (exists(in, "billhook.schema_version")) {
        const int newest_control = sql::control().back().number;
        const int newest_state = sql::projection().back().number;
        const bool newer =
            in.exec_params1(
                  "SELECT coalesce(bool_or(number > CASE scope WHEN 'control' THEN $1::int "
                  "WHEN 'views' THEN number ELSE $2::int END), false) FROM billhook.schema_version",
                  newest_control,
                  newest_state
            )[0]
                .as<bool>();
        if (newer) {
            return migration_ending::newer_database;
        }
    }
    const auto projection = live(in);
    if (projection && projection->livemode != request.livemode) {
        return migration_ending::other_livemode;
    }
    if (projection && request.accounts && *request.accounts != accounts_of(in, projection->name)) {
        return migration_ending::other_accounts;
    }
    if (!exists(in, "public.organizations")) {
        return request.with_organizations ? migration_ending::done
                                          : migration_ending::no_organizations;
    }
    const pqxx::result columns = in.exec(
        "SELECT wanted.name FROM unnest(ARRAY['id', 'stripe_customer_id', 'subscription_status', "
        "'subscription_plan']) wanted (name) WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE "
        "a.attrelid = 'public.organizations'::regclass AND a.attname = wanted.name AND NOT "
        "a.attisdropped)"
    );
    for (const auto& row : columns) {
        to.missing.push_back(fmt::format("public.organizations has no column {}", row[0].c_str()));
    }
    return columns.empty() ? migration_ending::done : migration_ending::no_organizations;
}

void note(migration_report& to, std::vector<std::string> applied) {
    std::move(applied.begin(), applied.end(), std::back_inserter(to.applied));
}

live_row apply_projections(pqxx::work& in, const migration_request& request, migration_report& to) {
    auto projection = live(in);
    if (!projection) {
        projection = {first_projection, first_projection, request.livemode, request.fold_version};
        in.exec_params0(
            "INSERT INTO billhook.projections (name, schema, role, fold_version, livemode, "
            "accounts) VALUES ($1, $2, 'live', $3, $4, string_to_array($5, ','))",
            projection->name,
            projection->schema,
            request.fold_version,
            request.livemode,
            fmt::format("{}", fmt::join(request.accounts.value_or(std::set<std::string>()), ","))
        );
        const auto since = request.notices_since;
        in.exec_params0(
            "INSERT INTO billhook.notices_since (since) VALUES (coalesce($1::timestamptz, now()))",
            since ? std::optional(to_rfc3339(*since)) : std::nullopt
        );
    }
    for (const auto& row : in.exec("SELECT schema FROM billhook.projections ORDER BY schema")) {
        note(to, make_projection_schema(in, row[0].c_str()));
    }
    return *projection;
}

// The password is bound, so that no statement's text has it; 42501 is caught below the statement,
// so that no log has it either.
void set_password(pqxx::work& in, const std::string& role, const secret& password) {
    in.exec_params1("SELECT set_config('billhook.password', $1, true)", password.reveal());
    in.exec(fmt::format(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE %I PASSWORD %L', {0}, "
        "current_setting('billhook.password')); EXCEPTION WHEN insufficient_privilege OR "
        "undefined_object THEN PERFORM set_config('billhook.missing', "
        "coalesce(current_setting('billhook.missing', true), '') || format(E'ALTER ROLE %I "
        "PASSWORD …;\\n', {0}), true); END $$",
        in.quote(role)
    ));
    in.exec1("SELECT set_config('billhook.password', '', true)");
}

void collect_missing(pqxx::work& in, migration_report& to) {
    const std::string text =
        in.exec1("SELECT coalesce(current_setting('billhook.missing', true), '')")[0].c_str();
    std::size_t at = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
        to.missing.push_back(text.substr(at, end - at));
        at = end + 1;
    }
}

migration_report migrate_once(
    const connect_options& owner,
    const plans_text& plans,
    const migration_request& request
) {
    connection session(owner);
    pqxx::work in(session.raw());
    in.exec(
        "SELECT set_config('search_path', '', true), set_config('lock_timeout', '20s', true), "
        "set_config('statement_timeout', '0', true), "
        "set_config('idle_in_transaction_session_timeout', '0', true), "
        "set_config('billhook.missing', '', true)"
    );
    in.exec("SELECT pg_advisory_xact_lock(hashtextextended('billhook.migrate', 0))");

    migration_report report;
    report.ending = obstacle(in, request, report);
    if (report.ending != migration_ending::done) {
        return report;
    }
    in.exec(std::string(sql::roles()));
    const std::string user = in.exec1("SELECT current_user")[0].c_str();
    const std::string owns = become_owner(in);
    in.exec("RESET ROLE");
    if (!exists(in, "public.organizations")) {
        in.exec(std::string(sql::organizations()));
        if (owns != user) {
            in.exec("GRANT USAGE, CREATE ON SCHEMA public TO " + in.quote_name(owns));
            in.exec("ALTER TABLE public.organizations OWNER TO " + in.quote_name(owns));
        }
        report.applied.emplace_back("public.organizations");
    }
    in.exec(with_owner(std::string(sql::organizations_grants()), owns));
    in.exec("SET LOCAL ROLE " + in.quote_name(owns));
    note(report, make_control_schema(in));
    const live_row projection = apply_projections(in, request, report);
    // A column that an older fold never filled would say something: that there is nothing. The
    // views show it with the promote of a projection that has it.
    const bool is_older = projection.fold_version != request.fold_version;
    if (!is_older && replace_views(in, projection.name, projection.schema)) {
        report.applied.emplace_back("views");
    }
    for (const auto& row : in.exec("SELECT schema FROM billhook.projections ORDER BY schema")) {
        grant_projection(in, row[0].c_str());
    }
    if (plans_version(in) == 0) {
        static_cast<void>(add_plans(in, plans));
    }
    const catalogue in_force = plans_in_force(in).text.plans;
    store_unknown_access(in, in_force);  // an earlier release stored less of them
    report.other_plans = in_force != plans.plans;
    in.exec("RESET ROLE");
    for (const auto& [role, password] : request.role_passwords) {
        if (!password.empty()) {
            set_password(in, role, password);
        }
    }
    collect_missing(in, report);
    // The table is the application's: to read all of it under a lock is for its owner to decide.
    for (std::string& each : missing_organization_indexes(in)) {
        report.missing.push_back(std::move(each));
    }
    in.commit();
    return report;
}

}  // namespace

migration_report migrate(
    const connect_options& owner,
    const plans_text& plans,
    const migration_request& request
) {
    // Roles belong to the whole cluster: a migrate of another database may change the same row at
    // the same moment, which Postgres reports as XX000. Nothing was changed; once more.
    for (int left = attempts;; --left) {
        try {
            return migrate_once(owner, plans, request);
        } catch (const std::exception& error) {
            const diagnosis why = classify(error);
            const bool again = why.sqlstate == "XX000" || why.what == remedy::retry;
            if (!again || left == 1) {
                throw;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50 * (attempts + 1 - left)));
        }
    }
}

}  // namespace billhook::postgres
