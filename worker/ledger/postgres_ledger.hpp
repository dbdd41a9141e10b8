#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/ledger/projections.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace billhook {

// The state in Postgres, over a connection that outlives it. One unit at a time, one thread, every
// call blocks. After a failure whose remedy is `reconnect`, throw away unit, ledger and connection
// and make them anew; after any other it stays usable as soon as the unit is destroyed.
//
// Writes the live projection only, and only one of this program's fold version: another one is a
// `postgres::failure` with the remedy `stop`, as is a database that was not migrated.
class postgres_ledger final : public ledger {
public:
    // `partitions`: how many the topic has; `take_over` makes an offset row for each, so that the
    // horizon waits for all.
    postgres_ledger(postgres::connection& over, std::int32_t partitions);

    claim take_over(const partition& which) override;
    instant database_now() override;
    std::unique_ptr<unit_of_work> begin(const advance& step) override;
    std::unique_ptr<unit_of_work> begin_tick() override;

private:
    void read_projection();
    void writes(const projection& what);

    pqxx::connection& connection_;
    std::int32_t partitions_;
    std::optional<projection> projection_;  // the live one as last read; empty: read it again
    std::string prepared_for_;              // the schema whose statements the connection has
};

}  // namespace billhook
