#include "worker/ledger/postgres_organizations.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "worker/ledger/run_statement.hpp"

#include <pqxx/except>
#include <pqxx/transaction>

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace billhook {

namespace {

constexpr std::size_t rows_a_transaction = 20;

// Parameters take the types of the application's columns, be they enums or uuids.
constexpr statement<4> mirror_row{
    "mirror row",
    "UPDATE public.organizations SET stripe_customer_id = $2, subscription_status = $3, "
    "subscription_plan = $4 WHERE id = $1"};
constexpr statement<1> lock_organizations{
    "mirror lock",
    "SELECT o.id::text FROM public.organizations o WHERE o.id::text = ANY ($1::text[]) ORDER BY "
    "o.id FOR NO KEY UPDATE SKIP LOCKED"};
constexpr statement<1> forget_failures{
    "mirror done",
    "DELETE FROM billhook.mirror_errors WHERE organization = ANY ($1::text[])"};
constexpr statement<2> note_failure{
    "mirror failed",
    "INSERT INTO billhook.mirror_errors AS e (organization, sqlstate) VALUES ($1::text, $2::text) "
    "ON CONFLICT (organization) DO UPDATE SET sqlstate = excluded.sqlstate, attempts = e.attempts "
    "+ 1, last_at = now()"};

// Rows of the table beside their standings, as far as they differ. A customer that the application
// wrote and the fold does not have yet stays: null is written only over what the fold knows.
constexpr const char* differing_rows = R"(
    SELECT w.id, w.customer, w.status, w.plan FROM (
        SELECT o.id::text AS id, s.organization, o.stripe_customer_id::text AS stored_customer,
               o.subscription_status::text AS stored_status, o.subscription_plan::text AS stored_plan,
               CASE WHEN nullif(o.stripe_customer_id::text, '') IS NULL
                      OR EXISTS (SELECT FROM :S.mappings m WHERE m.organization = s.organization
                                 AND m.customer = o.stripe_customer_id::text)
                      OR EXISTS (SELECT FROM :S.customers c WHERE c.id = o.stripe_customer_id::text
                                 AND c.organization IS NOT NULL)
                      OR EXISTS (SELECT FROM :S.customers c WHERE c.organization = s.organization
                                 AND regexp_replace(c.id, '^.*/', '') = o.stripe_customer_id::text)
                    THEN regexp_replace(s.customer, '^.*/', '')
                    ELSE o.stripe_customer_id::text END AS customer,
               s.subscription_status AS status, s.plan
        FROM :S.standings s
        JOIN public.organizations o
          ON (s.organization COLLATE "default") = (o.id::text COLLATE "default")
        WHERE s.as_of IS NOT NULL AND {}
    ) w
    WHERE (w.stored_customer, w.stored_status, w.stored_plan)
          IS DISTINCT FROM (w.customer, w.status, w.plan)
)";

constexpr const char* of_these = "s.organization = ANY ($1::text[])";
constexpr const char* not_failed_lately =
    "NOT EXISTS (SELECT FROM billhook.mirror_errors e WHERE e.organization = s.organization AND "
    "e.last_at > now() - least(e.attempts, 30) * interval '10 s')";

// What a row's customer maps is said where nothing says it yet. That the standing has it already is
// no mapping: it may be of a subscription that names the organization itself. Then the row is news
// only if the customer has another one that is nobody's, and none that is somebody else's: a
// customer of several organizations has no row that could speak for all.
constexpr const char* unmapped_rows = R"(
    SELECT o.id::text, nullif(o.stripe_customer_id::text, ''), {},
           (extract(epoch FROM now()) * 1000000)::bigint
    FROM public.organizations o
    LEFT JOIN :S.standings s
      ON (s.organization COLLATE "default") = (o.id::text COLLATE "default")
    WHERE {} AND (s.organization IS NULL
       OR (nullif(o.stripe_customer_id::text, '') IS NOT NULL
           AND (regexp_replace(s.customer, '^.*/', '') IS DISTINCT FROM o.stripe_customer_id::text
                OR (o.stripe_customer_id::text IN (SELECT u.customer FROM :S.subscriptions u
                                                   WHERE u.organization IS NULL)
                    AND NOT EXISTS (SELECT FROM :S.subscriptions u
                                    WHERE u.customer = o.stripe_customer_id::text
                                    AND u.organization <> s.organization)))
           AND NOT EXISTS (SELECT FROM :S.mappings m WHERE m.organization = s.organization
                           AND m.customer = o.stripe_customer_id::text)
           AND NOT EXISTS (SELECT FROM :S.customers c WHERE c.organization = s.organization
                           AND regexp_replace(c.id, '^.*/', '') = o.stripe_customer_id::text)))
    ORDER BY o.id
    LIMIT $1::bigint
)";

// The table itself cannot be read as agreed: no privilege, no table, no such column.
bool is_tables_fault(const std::string& sqlstate) {
    return sqlstate == "42501" || sqlstate == "42P01" || sqlstate == "42703";
}

parameter text_or_null(const pqxx::field& field) {
    return field.is_null() ? parameter() : parameter(field.c_str());
}

}  // namespace

postgres_organizations::postgres_organizations(postgres::connection& over)
    : connection_(over.raw()) {}

void postgres_organizations::mirror(std::span<const organization_id> restated) {
    const std::set<organization_id> sorted(restated.begin(), restated.end());
    if (!sorted.empty()) {
        copy_all(differing(of_these, array_of(sorted)));
    }
}

std::size_t postgres_organizations::mirror_differing(std::size_t limit) {
    const auto found = differing(not_failed_lately, std::to_string(limit));
    copy_all(found);
    return found.size();
}

// Sorted ids of rows that differ; none, and the failure remembered, if the table cannot be read.
std::vector<std::string> postgres_organizations::differing(
    const std::string& condition,
    const std::string& argument
) {
    std::vector<std::string> ids;
    try {
        pqxx::work in(connection_);
        const auto live = live_projection(in);
        if (!live) {
            return {};
        }
        const char* const order = condition == of_these ? "" : " ORDER BY w.id LIMIT $1::bigint";
        const auto sql =
            with_schema(fmt::format(fmt::runtime(differing_rows), condition), live->schema);
        for (const auto& row : in.exec_params(sql + order, argument)) {
            ids.emplace_back(row[0].c_str());
        }
        run(in, forget_failures, array_of(std::vector<std::string>{""}));
        in.commit();
    } catch (const pqxx::sql_error& error) {
        const auto why = postgres::classify(error);
        if (!is_tables_fault(why.sqlstate)) {
            throw;
        }
        remember_failure("", why.sqlstate);
        return {};
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

void postgres_organizations::copy_all(const std::vector<std::string>& sorted) {
    for (std::size_t at = 0; at < sorted.size(); at += rows_a_transaction) {
        const auto from = sorted.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = std::min(rows_a_transaction, sorted.size() - at);
        copy({from, from + static_cast<std::ptrdiff_t>(count)});
    }
}

void postgres_organizations::copy(const std::vector<std::string>& sorted) {
    std::string sqlstate;
    try {
        pqxx::work in(connection_);
        in.exec("SET LOCAL lock_timeout = '500ms'");
        const auto live = live_projection(in);
        if (!live) {
            return;
        }
        // Locked first, read in the next statement: what is copied is the newest.
        std::vector<std::string> locked;
        for (const auto& row : run(in, lock_organizations, array_of(sorted))) {
            locked.emplace_back(row[0].c_str());
        }
        const auto sql =
            with_schema(fmt::format(fmt::runtime(differing_rows), of_these), live->schema);
        for (const auto& row : in.exec_params(sql + " ORDER BY w.id", array_of(locked))) {
            run(in,
                mirror_row,
                row[0].c_str(),
                text_or_null(row[1]),
                text_or_null(row[2]),
                text_or_null(row[3]));
        }
        run(in, forget_failures, array_of(locked));
        in.commit();
        return;
    } catch (const pqxx::failure& error) {
        const auto why = postgres::classify(error);
        if (why.what == postgres::remedy::reconnect) {
            throw;
        }
        sqlstate = why.sqlstate;
    }
    if (sorted.size() == 1) {
        remember_failure(sorted.front(), sqlstate);
        return;
    }
    for (const std::string& each : sorted) {
        copy({each});
    }
}

void postgres_organizations::remember_failure(
    const std::string& organization,
    const std::string& sqlstate
) {
    pqxx::work in(connection_);
    run(in, note_failure, organization, sqlstate);
    in.commit();
}

std::vector<mapping> postgres_organizations::unmapped(
    std::size_t limit,
    const std::optional<organization_id>& after
) {
    std::vector<mapping> found;
    try {
        pqxx::work in(connection_);
        const auto live = live_projection(in);
        if (!live) {
            return {};
        }
        const bool dated = !in.exec(
                                  "SELECT FROM pg_attribute WHERE attrelid = "
                                  "to_regclass('public.organizations') AND attname = 'created_at' "
                                  "AND NOT attisdropped"
        )
                                .empty();
        const auto sql = with_schema(
            fmt::format(
                fmt::runtime(unmapped_rows),
                dated ? "(extract(epoch FROM o.created_at::timestamptz) * 1000000)::bigint"
                      : "NULL::bigint",
                after ? "o.id > $2" : "$2::text IS NULL"
            ),
            live->schema
        );
        for (const auto& row :
             in.exec_params(sql, limit, after ? after->text().c_str() : nullptr)) {
            mapping each;
            row_reader(row) >> each.organization >> each.customer >> each.organization_created >>
                each.created;
            each.id = mapping_id(each.organization, each.customer);
            found.push_back(std::move(each));
        }
        in.commit();
    } catch (const pqxx::sql_error& error) {
        const auto why = postgres::classify(error);
        if (!is_tables_fault(why.sqlstate)) {
            throw;
        }
        remember_failure("", why.sqlstate);
    }
    return found;
}

std::int64_t postgres_organizations::count_unlisted() {
    pqxx::work in(connection_);
    const auto live = live_projection(in);
    if (!live) {
        return 0;
    }
    const auto sql = with_schema(
        "SELECT count(*) FROM :S.standings WHERE cardinality(unlisted_prices) > 0", live->schema
    );
    return in.exec1(sql)[0].as<std::int64_t>();
}

}  // namespace billhook
