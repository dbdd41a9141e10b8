#pragma once

#include <pqxx/connection>
#include <pqxx/result>
#include <pqxx/transaction_base>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The texts of the statements, with the projection's schema written into them (never search_path:
// that is session state). Each is prepared once a connection and schema.
namespace billhook {

struct column {
    std::string_view name;
    std::string_view type;  // text, bigint, integer, boolean, timestamptz, jsonb, text[]
    bool nullable = false;
};

// A table of a projection as the ledger reads and writes it. The first `keys` columns are its
// primary key.
struct table {
    std::string_view name;
    std::size_t keys = 1;
    std::vector<column> columns;  // those of the rows' descriptions
};

namespace tables {
extern const table events, customer_facts, subscription_facts, invoice_facts, customers,
    subscriptions, invoices, checkout_sessions, mappings, declines, dunning_cases, standings;
[[nodiscard]] std::span<const table* const> all();
}  // namespace tables

// "a.id, (extract(epoch from a.created) * 1000000)::bigint, …" in the table's order, to be read by
// row_reader; `alias` is the table's in the statement.
[[nodiscard]] std::string select_list(const table& of, std::string_view alias);

// A scalar subselect, in microseconds: min(complete_to) over the partitions of projection $1, 1970
// while any is null.
extern const char* const horizon_of_projection;

// Names of the prepared statements: "upsert events", "load subscriptions", "lock customers", …
void prepare_statements(pqxx::connection& on, const std::string& schema);

[[nodiscard]] pqxx::result run(
    pqxx::transaction_base& in,
    const std::string& statement,
    const std::vector<std::string>& values
);

}  // namespace billhook
