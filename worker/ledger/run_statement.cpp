#include "worker/ledger/run_statement.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "worker/ledger/stored_horizon.hpp"

#include <pqxx/binarystring>
#include <pqxx/connection_base>
#include <pqxx/prepared_statement>

namespace billhook {

namespace {

// How many rows it wrote.
std::size_t run_rows(
    const projection_work& in,
    const std::string& what,
    const std::string& sql,
    const table& into,
    const row_arrays& rows
) {
    if (rows.empty()) {
        return 0;
    }
    BILLHOOK_ASSERT(rows.arrays().size() == into.columns.size());
    return run_prepared(in, what + std::string(into.name), sql, {}, rows.arrays()).affected_rows();
}

}  // namespace

instant read_horizon(pqxx::transaction_base& in, const std::string& projection) {
    std::string query = "SELECT ";
    query += horizon_of_projection;
    const auto rows = in.exec_params(query, projection);
    return instant{std::chrono::microseconds{rows[0][0].as<std::int64_t>()}};
}

std::string with_schema(std::string_view sql, const std::string& schema) {
    std::string text;
    for (auto at = sql.find(":S"); at != std::string_view::npos; at = sql.find(":S")) {
        text.append(sql.substr(0, at)).append(schema);
        sql.remove_prefix(at + 2);
    }
    return text.append(sql);
}

pqxx::result run_prepared(
    pqxx::transaction_base& in,
    const std::string& name,
    const std::string& sql,
    const std::vector<parameter>& values,
    std::span<const binary_array> arrays
) {
    // Libpqxx keeps the text, and prepares it with the first execution alone.
    in.conn().prepare(name, sql);
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const parameter& each : values) {
        texts.push_back(each ? each->c_str() : nullptr);
    }
    // Of one sequence of parameters all are of one kind.
    std::vector<pqxx::binarystring> binary;
    binary.reserve(arrays.size());
    for (const binary_array& each : arrays) {
        binary.emplace_back(each.bytes().data(), each.bytes().size());
    }
    return in.exec_prepared(
        name, pqxx::prepare::make_dynamic_params(texts), pqxx::prepare::make_dynamic_params(binary)
    );
}

pqxx::result run_prepared(
    const projection_work& in,
    std::string_view name,
    std::string_view sql,
    const std::vector<parameter>& values,
    std::span<const binary_array> arrays
) {
    return run_prepared(
        in.in, std::string(name) + " " + in.schema, with_schema(sql, in.schema), values, arrays
    );
}

void insert_rows(const projection_work& in, const table& into, const row_arrays& rows) {
    run_rows(in, "insert ", insert_text(into), into, rows);
}

void upsert_rows(const projection_work& in, const table& into, const row_arrays& rows) {
    run_rows(in, "upsert ", upsert_text(into), into, rows);
}

void update_rows(const projection_work& in, const table& into, const row_arrays& rows) {
    if (run_rows(in, "update ", update_text(into), into, rows) != rows.rows()) {
        throw postgres::failure("a row was deleted meanwhile", {postgres::remedy::retry, {}});
    }
}

}  // namespace billhook
