#pragma once

#include "schemas/types/assert.hpp"
#include "schemas/types/instant.hpp"
#include "worker/ledger/row_codec.hpp"
#include "worker/ledger/statement.hpp"

#include <pqxx/result>
#include <pqxx/transaction_base>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Runs statements that are values. Throws what libpqxx throws (`postgres::classify`).
namespace billhook {

// A transaction, and the projection whose statements are run in it. Both outlive it.
struct projection_work {
    pqxx::transaction_base& in;
    const std::string& schema;
};

// A parameter as text, or nothing for null. (A batch's rows go in binary, behind those.)
using parameter = std::optional<std::string>;
template <class T>
[[nodiscard]] parameter parameter_of(const T& value) {
    if constexpr (requires { value.has_value(); }) {
        return value ? parameter_of(*value) : std::nullopt;
    } else if constexpr (std::same_as<T, instant>) {
        return to_rfc3339(value);
    } else if constexpr (std::integral<T>) {
        return std::to_string(value);
    } else if constexpr (requires { value.text(); }) {
        return value.text();
    } else {
        return std::string(value);
    }
}

// The schema in the place of each ":S".
[[nodiscard]] std::string with_schema(std::string_view sql, const std::string& schema);

// What the templates below come down to: the values, and behind them the arrays.
pqxx::result run_prepared(
    pqxx::transaction_base& in,
    const std::string& name,
    const std::string& sql,
    const std::vector<parameter>& values,
    std::span<const binary_array> arrays = {}
);
pqxx::result run_prepared(
    const projection_work& in,
    std::string_view name,
    std::string_view sql,
    const std::vector<parameter>& values,
    std::span<const binary_array> arrays = {}
);

// One array a column, behind `first`; asserts that there are as many as the statement wants.
template <std::size_t Arity>
pqxx::result run_arrays(
    pqxx::transaction_base& in,
    const statement<Arity>& what,
    const row_arrays& rows,
    const std::vector<parameter>& first = {}
) {
    BILLHOOK_ASSERT(first.size() + rows.arrays().size() == Arity);
    return run_prepared(in, what.name, what.sql, first, rows.arrays());
}
template <std::size_t Arity>
pqxx::result run_arrays(
    const projection_work& in,
    const projection_statement<Arity>& what,
    const row_arrays& rows,
    const std::vector<parameter>& first = {}
) {
    BILLHOOK_ASSERT(first.size() + rows.arrays().size() == Arity);
    return run_prepared(in, what.name, what.sql, first, rows.arrays());
}

// Inserts the rows into the projection's table; pqxx::unique_violation if a key is there.
void insert_rows(const projection_work& in, const table& into, const row_arrays& rows);
// Inserts them, or replaces those of the same key.
void upsert_rows(const projection_work& in, const table& into, const row_arrays& rows);
// Replaces rows that this transaction read; a postgres::failure with the remedy `retry` if one is
// gone.
void update_rows(const projection_work& in, const table& into, const row_arrays& rows);

template <std::size_t Arity, class... Values>
pqxx::result run(
    pqxx::transaction_base& in,
    const statement<Arity>& what,
    const Values&... values
) {
    static_assert(sizeof...(Values) == Arity);
    return run_prepared(in, what.name, what.sql, {parameter_of(values)...});
}

template <std::size_t Arity, class... Values>
pqxx::result run(
    const projection_work& in,
    const projection_statement<Arity>& what,
    const Values&... values
) {
    static_assert(sizeof...(Values) == Arity);
    return run_prepared(in, what.name, what.sql, {parameter_of(values)...});
}

template <class Row, std::size_t Arity, class... Values>
[[nodiscard]] std::vector<Row> run(
    const projection_work& in,
    const load_statement<Row, Arity>& what,
    const Values&... values
) {
    static_assert(sizeof...(Values) == Arity);
    return rows_in<Row>(
        run_prepared(in, what.name, load_text(*what.from, what.sql), {parameter_of(values)...})
    );
}

}  // namespace billhook
