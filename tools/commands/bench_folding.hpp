#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/plans/read_plans.hpp"
#include "schemas/types/secret.hpp"
#include "tools/commands/bench_tenant.hpp"
#include "worker/ledger/postgres_ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace billhook {

// False if the database was migrated before: then it was not touched. Throws what
// `postgres::classify` knows.
[[nodiscard]] bool migrate_for_bench(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords
);

// Folds batches as a worker does, and says what each cost: milliseconds from its first statement to
// COMMIT. For one thread; throws what `postgres::classify` knows.
class bench_folding {
public:
    static constexpr std::size_t largest_batch = 1000;

    explicit bench_folding(const postgres::connect_options& database);

    double batch(std::span<received> events);
    double one(received event) { return batch({&event, 1}); }
    void begin(const bench_tenant& who);
    // What the tenant tells, in this order.
    double all(const bench_tenant& who, std::span<const std::int64_t> numbers);
    // As the server does by itself after so many new rows.
    void analyze();

private:
    postgres::connection connection_;
    postgres_ledger books_;
    claim held_;
};

[[nodiscard]] double median(std::vector<double> values);
// What the server has written to its log so far, for whatever database. Throws as bench_folding
// does.
[[nodiscard]] std::int64_t wal_so_far(postgres::connection& in);
// How far the bench is, on standard error if that is a terminal.
void tell_bench(const std::string& line);

}  // namespace billhook
