#pragma once

#include "tests/builders/postgres/database.hpp"
#include "worker/domain/fold.hpp"
#include "worker/ledger/postgres_ledger.hpp"

#include <pqxx/transaction>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace billhook::tests {

inline constexpr std::int32_t partitions = 3;
inline constexpr const char* stripe_events = "stripe.events";

// A worker's ledger, as the role that a worker has.
struct books {
    explicit books(const builders::database& db, written_projection which = {})
        : books(db.as("billhook_worker"), std::move(which)) {}
    explicit books(const postgres::connect_options& where, written_projection which = {})
        : connection(where), ledger(connection, partitions, std::move(which)) {}

    postgres::connection connection;
    postgres_ledger ledger;
};

// All of the ledger's statements are prepared, and Postgres counts their uses for each session.
inline std::int64_t statements_so_far(books& mine) {
    pqxx::work in(mine.connection.raw());
    return in
        .exec1("SELECT sum(generic_plans + custom_plans)::bigint FROM pg_prepared_statements")[0]
        .as<std::int64_t>();
}

// The first half of a batch. Whom it touched.
inline std::vector<organization_id> store_folded(
    unit_of_work& unit,
    std::span<const received> events
) {
    const auto folded = fold(unit.load(unit.lock_customers(keys_of(events))), events);
    unit.store(folded, {});
    return {folded.organizations.begin(), folded.organizations.end()};
}

// `count` records from `offset` on that cannot be events.
inline std::vector<dead_record> dead_records(
    std::int32_t number,
    std::int64_t offset,
    std::int64_t count
) {
    std::vector<dead_record> dead;
    for (std::int64_t each = 0; each < count; ++each) {
        dead.push_back({
            .at = {stripe_events, number, offset + each},
            .received_at = from_unix_seconds(1),
            .event_id = std::nullopt,
            .reason = "not_json",
            .body = "{",
        });
    }
    return dead;
}

}  // namespace billhook::tests
