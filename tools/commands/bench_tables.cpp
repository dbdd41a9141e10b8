#include "tools/commands/bench_tables.hpp"

#include "tools/commands/bench_folding.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <random>

namespace billhook {

namespace {

constexpr std::int64_t originals = 10;
constexpr std::int64_t facts_of_each = 10;
constexpr std::int64_t copies_at_once = 1000;
constexpr int table_rounds = 41;
constexpr std::size_t tenants_of_a_batch = 100;

bench_tenant original(std::int64_t which, const std::string& copy = "") {
    return {history_of::seats, fmt::format("crowd{}{}", which, copy)};
}

// A table, and the statement that copies its originals `$1` to `$2` times: every id gets the copy's
// number behind it.
struct crowded_table {
    std::string name;
    std::string copy;
};

std::vector<crowded_table> tables_of(pqxx::transaction_base& in) {
    const auto found = in.exec(
        "SELECT c.table_schema || '.' || c.table_name,"
        " string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal_position),"
        " string_agg(quote_ident(c.column_name) ||"
        "  CASE WHEN c.column_name IN ('id', 'object', 'event', 'customer', 'subscription',"
        "   'organization', 'invoice', 'latest_invoice', 'metadata_organization')"
        "   AND c.data_type = 'text' THEN ' || ''~'' || copy' ELSE '' END,"
        "  ', ' ORDER BY c.ordinal_position)"
        " FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " JOIN billhook.projections p ON p.schema = c.table_schema AND p.role = 'live'"
        " WHERE t.table_type = 'BASE TABLE' AND c.is_identity = 'NO' AND c.is_generated = 'NEVER'"
        " GROUP BY 1 ORDER BY 1"
    );
    std::vector<crowded_table> all;
    for (const auto& row : found) {
        const auto name = row[0].as<std::string>();
        const auto kept = fmt::format("original_{}", all.size());
        const auto copied = row[2].as<std::string>();
        if (copied.find(" || copy") == std::string::npos) {
            continue;  // of no tenant
        }
        in.exec(fmt::format("CREATE TEMP TABLE {} AS SELECT * FROM {}", kept, name));
        all.push_back(
            {name,
             fmt::format(
                 "INSERT INTO {} ({}) SELECT {} FROM {}, generate_series($1::bigint, $2) AS copy",
                 name,
                 row[1].as<std::string>(),
                 copied,
                 kept
             )}
        );
    }
    return all;
}

class crowd {
public:
    explicit crowd(const postgres::connect_options& database) : connection_(database) {
        pqxx::nontransaction in(connection_.raw());
        tables_ = tables_of(in);
    }

    void grow_to(std::int64_t rows) {
        while (rows_ < rows) {
            // As many as are missing, by what the first copy said of a copy's rows.
            const auto missing = copies_ == 0 ? 1 : (rows - rows_) * copies_ / rows_ + 1;
            const auto last = copies_ + std::min(missing, copies_at_once);
            pqxx::work in(connection_.raw());
            for (const auto& table : tables_) {
                rows_ += static_cast<std::int64_t>(
                    in.exec_params(table.copy, copies_ + 1, last).affected_rows()
                );
            }
            in.commit();
            copies_ = last;
            tell_bench(fmt::format("{} rows of {}", rows_, rows));
        }
        pqxx::nontransaction in(connection_.raw());
        in.exec("VACUUM ANALYZE");
        in.exec("CHECKPOINT");
    }
    [[nodiscard]] std::int64_t rows() const { return rows_; }
    [[nodiscard]] std::int64_t organizations() const { return copies_ * originals; }

    // The next event of somebody among them.
    received next_of_one() {
        const auto who = std::uniform_int_distribution<std::int64_t>(0, originals - 1)(dice_);
        const auto copy = std::uniform_int_distribution<std::int64_t>(1, copies_)(dice_);
        return original(who, fmt::format("~{}", copy)).next(facts_of_each + told_++);
    }

private:
    postgres::connection connection_;
    std::vector<crowded_table> tables_;
    std::int64_t rows_ = 0;
    std::int64_t copies_ = 0;
    std::int64_t told_ = 0;
    std::mt19937 dice_{1};
};

table_cost cost_in(crowd& others, bench_folding& fold) {
    std::vector<double> alone;
    std::vector<double> in_batches;
    for (int round = 0; round < table_rounds; ++round) {
        alone.push_back(1000 * fold.one(others.next_of_one()));
        std::vector<received> many;
        while (many.size() < tenants_of_a_batch) {
            many.push_back(others.next_of_one());
        }
        in_batches.push_back(1000 * fold.batch(many) / static_cast<double>(many.size()));
    }
    return {others.rows(), others.organizations(), median(in_batches), median(alone)};
}

}  // namespace

std::optional<std::vector<table_cost>> measure_tables(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords,
    std::int64_t rows
) {
    if (!migrate_for_bench(database, plans, role_passwords)) {
        return std::nullopt;
    }
    bench_folding fold(database);
    std::vector<std::int64_t> numbers(facts_of_each);
    std::iota(numbers.begin(), numbers.end(), 0);
    for (std::int64_t which = 0; which < originals; ++which) {
        fold.begin(original(which));
        fold.all(original(which), numbers);
    }
    crowd others(database);
    std::vector<table_cost> found;
    for (const auto size : {rows / 100, rows}) {
        others.grow_to(size);
        found.push_back(cost_in(others, fold));
    }
    return found;
}

}  // namespace billhook
