#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/ledger/projections.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace billhook {

// Which projection a ledger writes, and how much of it.
struct written_projection {
    std::optional<std::string> building;  // its name; empty: the live one, whichever that is
    // While it catches up: standings that a batch names are only marked, for somebody to assess
    // them once all is folded.
    bool first_half_alone = false;
    // Assesses by these, in force or not; empty: by what is in force when a unit begins.
    std::shared_ptr<const postgres::applied_plans> plans{};
    std::size_t load_rows = usual_load_rows;  // of several customers or organizations at once
};

// The state in Postgres, over a connection that outlives it. One unit at a time, one thread, every
// call blocks. After a failure whose remedy is `reconnect`, throw away unit, ledger and connection
// and make them anew; after any other it stays usable as soon as the unit is destroyed.
//
// Writes one projection, the live one unless told, and only one of this program's fold version:
// another one is a `postgres::failure` with the remedy `stop`, as are a database that was not
// migrated and a named projection that is not `building` (any more).
class postgres_ledger final : public ledger {
public:
    // `partitions`: how many the topic has; `take_over` makes an offset row for each, so that the
    // horizon waits for all.
    postgres_ledger(
        postgres::connection& over,
        std::int32_t partitions,
        written_projection which = {}
    );

    claim take_over(const partition& which) override;
    std::optional<claim> look_at(const partition& which) override;
    instant database_now() override;
    std::unique_ptr<unit_of_work> begin(const advance& step) override;
    std::unique_ptr<unit_of_work> begin_tick() override;

private:
    [[nodiscard]] projection own_projection(pqxx::transaction_base& in) const;
    void read_projection();
    void read_plans(pqxx::transaction_base& in);

    pqxx::connection& connection_;
    std::int32_t partitions_;
    written_projection which_;
    std::optional<projection> projection_;  // ours as last read; empty: read it again
    // In force at `projection_`'s generation: whoever applies others raises it.
    std::shared_ptr<const postgres::applied_plans> plans_;
    bool conflicted_ = false;  // see postgres_unit
};

}  // namespace billhook
