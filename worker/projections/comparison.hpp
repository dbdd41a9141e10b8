#pragma once

#include <pqxx/transaction_base>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace billhook {

// A row that only one of two projections has, or that they have otherwise.
struct row_difference {
    std::string table;
    std::string key;           // the primary key's columns, with blanks between
    std::string organization;  // whose it is, as either side says; empty: nobody's
    // "only in the first", "only in the second", or the names of the columns that differ.
    std::string what;

    friend bool operator==(const row_difference&, const row_difference&) = default;
};

// Two projections' rows, table by table, by primary key: every column of every table, but those
// that may differ between two orders of one set of events (the journal's outcome, deliveries and
// arrival). Standings are left out: they are a function of the rest and of a time, and are compared
// by it. Both schemas are of one migration. Sorted by table and key; at most `limit` rows a table.
[[nodiscard]] std::vector<row_difference> compare_rows(
    pqxx::transaction_base& in,
    const std::string& first_schema,
    const std::string& second_schema,
    std::size_t limit
);

// Records consumed, deliveries over all journal rows, dead letters: the first is the sum of the
// others (tests/README.md, "I5").
struct balance {
    std::int64_t consumed = 0;
    std::int64_t deliveries = 0;
    std::int64_t dead_letters = 0;

    [[nodiscard]] bool holds() const { return consumed == deliveries + dead_letters; }
};
[[nodiscard]] balance balance_of(
    pqxx::transaction_base& in,
    const std::string& projection,
    const std::string& schema
);

}  // namespace billhook
