#pragma once

#include "worker/domain/objects.hpp"
#include "worker/ledger/run_statement.hpp"

#include <cstdint>
#include <map>
#include <set>

// What the first half of a batch leaves. A fixed number of statements.
namespace billhook {

// Which rows `load_known` found, by id; of an event how many deliveries it counted.
struct rows_found {
    std::map<event_id, std::int64_t> deliveries;
    std::set<subscription_id> subscriptions;
    std::set<invoice_id> invoices;
};
[[nodiscard]] rows_found found_in(const known& all);
// Adds the deliveries beyond those that were found. Rows that were not found, of events and what
// they tell, of subscriptions and invoices, are inserted: pqxx::unique_violation if somebody else
// stored one meanwhile; with `all_may_be_there` never.
void store_changes(
    const projection_work& in,
    const changes& folded,
    const rows_found& before,
    bool all_may_be_there
);

}  // namespace billhook
