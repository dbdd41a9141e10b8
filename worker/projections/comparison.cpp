#include "worker/projections/comparison.hpp"

#include "schemas/types/assert.hpp"

#include <pqxx/result>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

namespace billhook {

namespace {

struct compared_table {
    std::string name;
    std::vector<std::string> keys;
    std::vector<std::string> columns;  // besides the keys
};

bool may_differ(std::string_view table, std::string_view column) {
    static constexpr std::array<std::string_view, 6> of_arrival{
        "outcome", "deliveries", "topic", "partition", "record_offset", "received_at"};
    return table == "events" && std::ranges::find(of_arrival, column) != of_arrival.end();
}

// As the catalogue has them, so that no table of a later migration is forgotten.
std::vector<compared_table> tables_of(pqxx::transaction_base& in, const std::string& schema) {
    std::vector<compared_table> tables;
    for (const auto& row : in.exec_params(
             "SELECT c.relname, a.attname, coalesce(a.attnum = ANY (k.conkey), false) FROM "
             "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON "
             "a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_constraint k "
             "ON k.conrelid = c.oid AND k.contype = 'p' WHERE n.nspname = $1 AND c.relkind = 'r' "
             "AND c.relname <> 'standings' ORDER BY c.relname, array_position(k.conkey, a.attnum), "
             "a.attnum",
             schema
         )) {
        const std::string table = row[0].c_str();
        const std::string column = row[1].c_str();
        if (tables.empty() || tables.back().name != table) {
            tables.push_back({.name = table, .keys = {}, .columns = {}});
        }
        if (row[2].as<bool>()) {
            tables.back().keys.push_back(column);
        } else if (!may_differ(table, column)) {
            tables.back().columns.push_back(column);
        }
    }
    return tables;
}

// The organization of something that some table of either schema names by its id.
std::string owner_by(const char* table, const std::string& id) {
    return fmt::format(
        "coalesce((SELECT o.organization FROM :B.{0} o WHERE o.id = {1}), (SELECT o.organization "
        "FROM :A.{0} o WHERE o.id = {1}))",
        table,
        id
    );
}

std::string owner_by_invoice(const std::string& id) {
    const auto subscription = [&](const char* schema) {
        return fmt::format(
            "(SELECT i.subscription FROM {}.invoices i WHERE i.id = {})", schema, id
        );
    };
    return owner_by(
        "subscriptions", fmt::format("coalesce({}, {})", subscription(":B"), subscription(":A"))
    );
}

// Whose a row is. What names no organization by a way known here has none, and is still shown.
std::string owner_of(const compared_table& table) {
    const auto either = [](const char* column) {
        return fmt::format("coalesce(b.{0}, a.{0})", column);
    };
    const auto has = [&](const char* column) {
        return std::ranges::find(table.columns, column) != table.columns.end() ||
               std::ranges::find(table.keys, column) != table.keys.end();
    };
    if (table.name == "checkout_sessions") {
        return fmt::format(
            "coalesce({}, {}, {})",
            owner_by("subscriptions", either("subscription")),
            owner_by("customers", either("customer")),
            either("organization")
        );
    }
    if (table.name == "schedules") {
        return fmt::format(
            "coalesce({}, {})",
            owner_by("subscriptions", either("subscription")),
            owner_by("customers", either("customer"))
        );
    }
    if (has("organization")) {
        return either("organization");
    }
    if (has("subscription")) {
        return owner_by("subscriptions", either("subscription"));
    }
    if (table.name == "subscription_facts") {
        return owner_by("subscriptions", either("object"));
    }
    if (table.name == "customer_facts") {
        return owner_by("customers", either("object"));
    }
    if (has("object") && table.name != "events") {
        return owner_by_invoice(either("object"));
    }
    return has("customer") ? owner_by("customers", either("customer")) : "NULL";
}

std::string joined(
    const std::vector<std::string>& columns,
    std::string_view between,
    const std::string& pattern
) {
    std::string text;
    for (const std::string& each : columns) {
        text += text.empty() ? "" : std::string(between);
        text += fmt::format(fmt::runtime(pattern), each);
    }
    return text;
}

std::string query_of(const compared_table& table, std::size_t limit) {
    BILLHOOK_ASSERT(!table.keys.empty());
    const std::string& key = table.keys.front();
    const std::string differing =
        table.columns.empty()
            ? "''"
            : "concat_ws(', ', " +
                  joined(
                      table.columns, ", ", "CASE WHEN a.{0} IS DISTINCT FROM b.{0} THEN '{0}' END"
                  ) +
                  ")";
    const std::string equal =
        table.columns.empty() ? "true"
                              : joined(table.columns, " AND ", "a.{0} IS NOT DISTINCT FROM b.{0}");
    return fmt::format(
        "SELECT concat_ws(' ', {}), {}, CASE WHEN b.{} IS NULL THEN 'only in the first' WHEN a.{} "
        "IS NULL THEN 'only in the second' ELSE {} END FROM :A.{} a FULL JOIN :B.{} b ON {} WHERE "
        "a.{} IS NULL OR b.{} IS NULL OR NOT ({}) ORDER BY 1 LIMIT {}",
        joined(table.keys, ", ", "coalesce(b.{0}, a.{0})"),
        owner_of(table),
        key,
        key,
        differing,
        table.name,
        table.name,
        joined(table.keys, " AND ", "a.{0} = b.{0}"),
        key,
        key,
        equal,
        limit
    );
}

std::string with_schemas(std::string sql, const std::string& first, const std::string& second) {
    for (const auto& [place, schema] : {
             std::pair{":A", &first },
             std::pair{":B", &second}
    }) {
        for (auto at = sql.find(place); at != std::string::npos; at = sql.find(place, at)) {
            sql.replace(at, 2, *schema);
            at += schema->size();
        }
    }
    return sql;
}

}  // namespace

std::vector<row_difference> compare_rows(
    pqxx::transaction_base& in,
    const std::string& first_schema,
    const std::string& second_schema,
    std::size_t limit
) {
    std::vector<row_difference> all;
    const std::string first = in.quote_name(first_schema);
    const std::string second = in.quote_name(second_schema);
    for (const compared_table& table : tables_of(in, first_schema)) {
        for (const auto& row : in.exec(with_schemas(query_of(table, limit), first, second))) {
            all.push_back(
                {.table = table.name,
                 .key = row[0].c_str(),
                 .organization = row[1].is_null() ? "" : row[1].c_str(),
                 .what = row[2].c_str()}
            );
        }
    }
    return all;
}

balance balance_of(
    pqxx::transaction_base& in,
    const std::string& projection,
    const std::string& schema
) {
    const auto row = in.exec_params1(
        fmt::format(
            "SELECT (SELECT coalesce(sum(next_offset - first_offset), 0)::bigint FROM "
            "billhook.offsets WHERE projection = $1), (SELECT coalesce(sum(deliveries), 0)::bigint "
            "FROM {}.events), (SELECT count(*) FROM billhook.dead_letters WHERE projection = $1)",
            in.quote_name(schema)
        ),
        projection
    );
    return {row[0].as<std::int64_t>(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>()};
}

}  // namespace billhook
