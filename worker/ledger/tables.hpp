#pragma once

#include "worker/ledger/binary_array.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The tables of a projection, as SQL texts are made of them.
namespace billhook {

struct column {
    std::string_view name;
    std::string_view type;  // text, bigint, integer, boolean, timestamptz, jsonb, text[]
    bool nullable = false;
};

// As the ledger reads and writes it. The first `keys` columns are its primary key.
struct table {
    std::string_view name;
    std::size_t keys = 1;
    std::vector<column> columns;  // those of the rows' descriptions
};

namespace tables {
extern const table events, customer_facts, subscription_facts, invoice_facts, customers,
    subscriptions, invoices, checkout_sessions, schedules, mappings, grants, declines,
    dunning_cases, standings;
[[nodiscard]] std::span<const table* const> all();
}  // namespace tables

// What each column is in an array of a batch's values; a text[] is there as its literal's text.
[[nodiscard]] std::vector<element> elements_of(const table& of);
// "a.id, (date_part('epoch', a.created) * 1000000)::bigint, …" in the table's order, to be read by
// rows_in; `alias` is the table's in the statement. Microseconds are exact until 2106, whole
// seconds for ever.
[[nodiscard]] std::string select_list(const table& of, std::string_view alias);
// All of the table's rows for which `condition` holds, by primary key; it is "a" there, ":S"
// stands for the schema and ":T" for the table's name in it.
[[nodiscard]] std::string load_text(const table& of, std::string_view condition);
// Inserts the rows whose columns are the parameters, one array a column; a key that is there fails
// (23505). Costs less than an upsert: no look before, no lock, less in the log.
[[nodiscard]] std::string insert_text(const table& into);
// The same, but replaces the rows whose keys are there.
[[nodiscard]] std::string upsert_text(const table& into);
// Replaces rows that are there. Costs less than an upsert, which locks each row first.
[[nodiscard]] std::string update_text(const table& into);

}  // namespace billhook
