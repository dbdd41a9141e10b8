#include "schemas/io/postgres/projection_schema.hpp"

#include "schemas/io/postgres/organization_key.hpp"
#include "schemas/sql/files.hpp"

#include <pqxx/result>

#include <fmt/format.h>
#include <span>
#include <string_view>

namespace billhook::postgres {

namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), with);
        at += with.size();
    }
    return text;
}

bool is_applied(pqxx::transaction_base& in, const std::string& scope, int number) {
    const bool counted =
        in.exec1("SELECT to_regclass('billhook.schema_version') IS NOT NULL")[0].as<bool>();
    return counted && !in.exec_params(
                             "SELECT FROM billhook.schema_version WHERE scope = $1 AND number = $2",
                             scope,
                             number
                      )
                           .empty();
}

// Runs the numbered files that `scope` does not have yet, in order.
std::vector<std::string> apply(
    pqxx::transaction_base& in,
    std::span<const sql::file> files,
    const std::string& scope,
    const std::string& schema
) {
    std::vector<std::string> applied;
    for (const sql::file& file : files) {
        if (is_applied(in, scope, file.number)) {
            continue;
        }
        in.exec(replaced(std::string(file.text), ":schema", schema));
        in.exec_params0(
            "INSERT INTO billhook.schema_version (scope, number, name) VALUES ($1, $2, $3)",
            scope,
            file.number,
            std::string(file.name)
        );
        applied.push_back(fmt::format("{}/{}", scope, file.name));
    }
    return applied;
}

// A transaction that reads several views may hold one and ask for another, in any order. Where that
// closes a circle, whoever has waited for deadlock_timeout is refused: the views are had, or
// given up, before a reader has waited that long. Returns what was set.
std::string give_way_to_readers(pqxx::transaction_base& in) {
    const pqxx::row row = in.exec1(
        "SELECT current_setting('lock_timeout'), set_config('lock_timeout', "
        "(least(setting::integer, 1000) / 5) || 'ms', true) FROM pg_settings WHERE name = "
        "'deadlock_timeout'"
    );
    return row[0].c_str();
}

}  // namespace

std::string become_owner(pqxx::transaction_base& in) {
    in.exec(
        "DO $$ BEGIN IF pg_has_role(current_user, 'billhook_owner', 'MEMBER') AND NOT "
        "has_database_privilege('billhook_owner', current_database(), 'CREATE') THEN EXECUTE "
        "format('GRANT CREATE ON DATABASE %I TO billhook_owner', current_database()); END IF; "
        "EXCEPTION WHEN insufficient_privilege OR undefined_object THEN NULL; END $$"
    );
    const pqxx::row row = in.exec1(
        "SELECT coalesce((SELECT r.rolname FROM pg_namespace n JOIN pg_roles r ON r.oid = "
        "n.nspowner WHERE n.nspname = 'billhook'), (SELECT r.rolname FROM pg_roles r WHERE "
        "r.rolname = 'billhook_owner' AND pg_has_role(current_user, r.oid, 'MEMBER') AND "
        "has_database_privilege(r.oid, current_database(), 'CREATE')), current_user)"
    );
    const std::string owner = row[0].c_str();
    in.exec("SET LOCAL ROLE " + in.quote_name(owner));
    return owner;
}

std::vector<std::string> make_projection_schema(
    pqxx::transaction_base& in,
    const std::string& schema
) {
    return apply(in, sql::projection(), schema, schema);
}

std::vector<std::string> make_control_schema(pqxx::transaction_base& in) {
    return apply(in, sql::control(), "control", "");
}

void grant_projection(pqxx::transaction_base& in, const std::string& schema) {
    in.exec(replaced(std::string(sql::grants()), ":schema", schema));
}

bool replace_views(
    pqxx::transaction_base& in,
    const std::string& projection,
    const std::string& schema
) {
    std::string text = std::string(sql::views());
    text.append(sql::gates()).append(sql::api());
    text = replaced(std::move(text), ":schema", schema);
    text = replaced(std::move(text), ":projection", projection);
    const std::string is_organization =
        organization_condition(in, "feature_otherwise.organization");
    text = replaced(std::move(text), ":is_organization", is_organization);
    const pqxx::row digest = in.exec_params1(
        "SELECT md5($1), coalesce((SELECT name = md5($1) FROM billhook.schema_version WHERE "
        "scope = 'views'), false)",
        text
    );
    if (digest[1].as<bool>()) {
        return false;
    }
    const std::string waited = give_way_to_readers(in);
    in.exec(text);
    in.exec_params("SELECT set_config('lock_timeout', $1, true)", waited);
    in.exec_params0(
        "INSERT INTO billhook.schema_version (scope, number, name) VALUES ('views', 1, $1) ON "
        "CONFLICT (scope, number) DO UPDATE SET name = excluded.name, applied_at = now()",
        digest[0].c_str()
    );
    return true;
}

}  // namespace billhook::postgres
