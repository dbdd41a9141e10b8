#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/ledger/projections.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace billhook {

// The state in Postgres, over one connection of its own, opened by the first call. After a failure
// whose remedy is `reconnect` the next call opens a new connection; the caller need not do anything.
// One unit at a time. One thread. Every call blocks.
//
// Writes the live projection only, and only one of this program's fold version: another one is a
// `postgres::failure` with the remedy `stop`, as is a database that was not migrated.
class postgres_ledger final : public ledger {
public:
    // `partitions`: how many the topic has; `take_over` makes an offset row for each, so that the
    // horizon waits for all.
    postgres_ledger(postgres::connect_options where, std::int32_t partitions);
    ~postgres_ledger() override;

    claim take_over(const partition& which) override;
    instant database_now() override;
    std::unique_ptr<unit_of_work> begin(const advance& step) override;
    std::unique_ptr<unit_of_work> begin_tick() override;

private:
    pqxx::connection& session();
    void read_projection();
    template <class Work>
    auto guarded(const Work& work);

    postgres::connect_options where_;
    std::int32_t partitions_;
    std::optional<projection> writes_;   // the live projection as last read
    std::string prepared_for_;           // the schema whose statements the connection has
    std::unique_ptr<postgres::connection> connection_;
    std::shared_ptr<bool> lost_;         // set by a unit whose connection is to be given up
};

}  // namespace billhook
