#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/domain/standings.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/run_statement.hpp"

#include <pqxx/transaction>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

// A projection as one REPEATABLE READ snapshot shows it: what `assess` needs of every organization,
// read only, while workers go on. Let go of it within minutes: a long snapshot keeps dead rows. One
// thread; every call blocks and throws what `postgres::classify` knows. The connection outlives it
// and serves nothing else meanwhile.
class snapshot_reader {
public:
    // Of the live projection, or of the named one. Throws postgres::failure (stop) if there is
    // none.
    explicit snapshot_reader(
        postgres::connection& over,
        const std::optional<std::string>& name = std::nullopt
    );
    // The same moment as `beside` shows, through a connection of its own.
    snapshot_reader(postgres::connection& over, snapshot_reader& beside, const std::string& name);

    [[nodiscard]] const projection& of() const { return of_; }
    // min(complete_to) over its partitions; 1970 while any is null.
    [[nodiscard]] instant horizon() const { return horizon_; }

    // The next `limit` organizations, by id; none: all were given. `stored` is empty where nobody
    // has assessed it yet.
    [[nodiscard]] std::vector<organization_facts> next(std::size_t limit);

    // For other questions to the same snapshot.
    [[nodiscard]] pqxx::transaction_base& in() { return in_; }
    [[nodiscard]] projection_work tables() { return {in_, of_.schema}; }

private:
    snapshot_reader(
        postgres::connection& over,
        const std::string& snapshot,
        const std::optional<std::string>& name
    );

    pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> in_;
    projection of_;
    instant horizon_;
    organization_id last_;
};

}  // namespace billhook
