#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/sql/files.hpp"
#include "tools/commands/doctor.hpp"
#include "worker/ledger/fold_version.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <chrono>
#include <fmt/format.h>

namespace billhook {

namespace {

using namespace std::chrono_literals;

void add_wrong(
    std::vector<doctor_finding>& found,
    const char* about,
    std::string text,
    std::string remedy
) {
    found.push_back({severity::wrong, about, std::move(text), std::move(remedy)});
}

bool is_migrated(pqxx::nontransaction& asks) {
    return asks.exec1("SELECT to_regclass('billhook.schema_version') IS NOT NULL")[0].as<bool>();
}

// The newest file of a scope against the newest that this program has.
void check_scope(
    pqxx::nontransaction& asks,
    const std::string& scope,
    int ours,
    std::vector<doctor_finding>& found
) {
    const auto row = asks.exec_params1(
        "SELECT coalesce(max(number), 0) FROM billhook.schema_version WHERE scope = $1", scope
    );
    const int theirs = row[0].as<int>();
    if (theirs < ours) {
        add_wrong(
            found,
            "migrations",
            fmt::format("{} is at {}, this program needs {}", scope, theirs, ours),
            "billhook migrate"
        );
    } else if (theirs > ours) {
        add_wrong(
            found,
            "migrations",
            fmt::format("{} is at {}, this program only knows {}", scope, theirs, ours),
            "use the newer billhook, which migrated this database"
        );
    }
}

struct wanted_grant {
    const char* role;
    const char* relation;
    const char* privilege;
    bool may;
    const char* column = "";  // of one, and not of the table
};

// The ends of what each role may and may not do; all of it stands in deploy/postgres/grants.sql.
constexpr wanted_grant grants[] = {
    {"billhook_worker", "billhook.offsets", "UPDATE", true},
    {"billhook_worker", "billhook.leases", "DELETE", true},
    {"billhook_worker", "billhook.dead_letters", "INSERT", true},
    {"billhook_worker", "billhook.outbox", "DELETE", true},
    {"billhook_worker", "billhook.notices", "INSERT", true},
    {"billhook_worker", "billhook.projections", "SELECT", true},
    {"billhook_worker", "billhook.projections", "UPDATE", false},
    {"billhook_worker", "billhook.plans", "SELECT", true},
    {"billhook_worker", "billhook.plans", "INSERT", false},
    {"billhook_app", "billing.organization_access", "SELECT", true},
    {"billhook_app", "billhook.dead_letters", "SELECT", false},
    {"billhook_app", "billhook.offsets", "UPDATE", false},
    {"billhook_api", "billing.organization_access", "SELECT", true},
    {"billhook_api", "billhook.offsets", "SELECT", false},
    {"billhook_notifier", "billhook.notices", "UPDATE", false},
    {"billhook_notifier", "billhook.notices", "UPDATE", true, "claimed_by"},
    {"billhook_notifier", "billhook.notices", "UPDATE", false, "state"},
    {"billhook_notifier", "billhook.outbox", "SELECT", false},
    {"billhook_notifier", "billhook.notices", "INSERT", false},
    {"billhook_notifier", "billhook.leases", "DELETE", true},
    {"billhook_notifier", "billhook.dead_letters", "SELECT", false},
    {"billhook_ops", "billhook.offsets", "SELECT", true},
    {"billhook_ops", "billhook.offsets", "UPDATE", false},
};

}  // namespace

void check_migrations(pqxx::connection& in, bool livemode, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    if (!is_migrated(asks)) {
        return;  // check_database says so
    }
    check_scope(asks, "control", sql::control().back().number, found);
    const auto live = asks.exec(
        "SELECT schema, fold_version, livemode FROM billhook.projections WHERE role = 'live'"
    );
    for (const auto& row : live) {
        check_scope(asks, row[0].as<std::string>(), sql::projection().back().number, found);
        if (row[1].as<std::int32_t>() != fold_version) {
            add_wrong(
                found,
                "migrations",
                fmt::format(
                    "the live projection is of fold version {}, this program of {}",
                    row[1].c_str(),
                    fold_version
                ),
                "run workers of that version; a projection of another one is built by replay"
            );
        }
        if (row[2].as<bool>() != livemode) {
            add_wrong(
                found,
                "settings",
                fmt::format("livemode is {}, the live projection's is not", livemode),
                "set livemode as it was when the projection was made"
            );
        }
    }
}

void check_plans(pqxx::connection& in, const catalogue& file, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    if (asks.exec1("SELECT to_regclass('billhook.plans') IS NULL")[0].as<bool>()) {
        return;  // check_migrations says so
    }
    const auto in_force = postgres::plans_in_force(asks);
    if (in_force.text.plans != file) {
        found.push_back(
            {severity::doubtful,
             "plans",
             fmt::format(
                 "the file of plans says something else than version {}, which is in force",
                 in_force.version
             ),
             "billhook plans try FILE shows what it would mean, billhook plans apply FILE --yes "
             "puts it in force"}
        );
    }
}

void check_grants(pqxx::connection& in, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    if (!is_migrated(asks)) {
        return;
    }
    for (const wanted_grant& each : grants) {
        const auto row = asks.exec_params(
            "SELECT CASE $4 WHEN '' THEN has_table_privilege(r.oid, to_regclass($2), $3) ELSE "
            "has_column_privilege(r.oid, to_regclass($2), $4, $3) END FROM pg_roles r WHERE "
            "r.rolname = $1 AND to_regclass($2) IS NOT NULL AND NOT r.rolsuper",
            each.role,
            each.relation,
            each.privilege,
            each.column
        );
        if (row.empty() || row[0][0].as<bool>() == each.may) {
            continue;
        }
        add_wrong(
            found,
            "roles",
            fmt::format(
                "{} may {}{} {}", each.role, each.may ? "not " : "", each.privilege, each.relation
            ),
            each.may
                ? "billhook migrate (deploy/postgres/grants.sql)"
                : fmt::format("REVOKE {} ON {} FROM {}", each.privilege, each.relation, each.role)
        );
    }
}

void check_notices(pqxx::connection& in, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    // The column came with a later migration; check_migrations says if that is missing.
    const bool has_outcomes = asks.exec1(
                                      "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = "
                                      "to_regclass('billhook.notices') AND attname = 'outcome')"
    )[0]
                                  .as<bool>();
    if (!has_outcomes) {
        return;
    }
    const auto row = asks.exec1(
        "SELECT count(DISTINCT notice) FROM billhook.notices WHERE state = 'sent' AND outcome IS "
        "NULL AND claimed_at < now() - interval '10 minutes'"
    );
    if (row[0].as<std::int64_t>() > 0) {
        found.push_back(
            {severity::doubtful,
             "notices",
             fmt::format("of {} notices nobody knows whether they arrived", row[0].c_str()),
             "billhook notices list --unfinished; the mail server's log has them by Message-ID"}
        );
    }
}

void check_partitions(
    pqxx::connection& in,
    kafka::admin& cluster,
    std::vector<doctor_finding>& found
) {
    pqxx::nontransaction asks(in);
    const auto topic = cluster.describe(topics::stripe_events, 10s);
    if (!topic || !is_migrated(asks)) {
        return;
    }
    const auto row = asks.exec_params1(
        "SELECT count(*), coalesce(max(o.partition) + 1, 0) FROM billhook.offsets o JOIN "
        "billhook.projections p ON p.name = o.projection WHERE p.role = 'live' AND o.topic = $1",
        topics::stripe_events
    );
    const auto known = row[0].as<std::int32_t>();
    if (known != 0 && known != topic->partitions) {
        add_wrong(
            found,
            "kafka",
            fmt::format(
                "topic {} has {} partitions, the database knows {}",
                topics::stripe_events,
                topic->partitions,
                known
            ),
            "the number is fixed when the topic is made: a customer's events must stay in one "
            "partition. Was the topic made anew?"
        );
    }
    auto config = cluster.config_of(topics::billing_changes, 10s);
    if (config && (*config)["cleanup.policy"].find("compact") == std::string::npos) {
        found.push_back(
            {severity::doubtful,
             "kafka",
             fmt::format("topic {} is not compacted", topics::billing_changes),
             "set its cleanup.policy to compact, or it forgets standings or grows for ever"}
        );
    }
}

}  // namespace billhook
