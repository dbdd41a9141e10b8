#include "worker/ledger/run_statement.hpp"

#include "schemas/types/assert.hpp"
#include "worker/ledger/stored_horizon.hpp"

#include <pqxx/connection_base>
#include <pqxx/prepared_statement>

namespace billhook {

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

std::vector<parameter> with_arrays(
    std::vector<parameter> first,
    const row_arrays& rows,
    std::size_t wanted
) {
    for (std::string& each : rows.literals()) {
        first.emplace_back(std::move(each));
    }
    BILLHOOK_ASSERT(first.size() == wanted);
    return first;
}

pqxx::result run_prepared(
    pqxx::transaction_base& in,
    const std::string& name,
    const std::string& sql,
    const std::vector<parameter>& values
) {
    // Libpqxx keeps the text, and prepares it with the first execution alone.
    in.conn().prepare(name, sql);
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const parameter& each : values) {
        texts.push_back(each ? each->c_str() : nullptr);
    }
    return in.exec_prepared(name, pqxx::prepare::make_dynamic_params(texts));
}

pqxx::result run_prepared(
    const projection_work& in,
    std::string_view name,
    std::string_view sql,
    const std::vector<parameter>& values
) {
    return run_prepared(
        in.in, std::string(name) + " " + in.schema, with_schema(sql, in.schema), values
    );
}

void upsert_rows(const projection_work& in, const table& into, const row_arrays& rows) {
    if (!rows.empty()) {
        run_prepared(
            in,
            "upsert " + std::string(into.name),
            upsert_text(into),
            with_arrays({}, rows, into.columns.size())
        );
    }
}

}  // namespace billhook
