#pragma once

#include "worker/domain/objects.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/run_statement.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>

// The first half of a batch, by customer. A fixed number of statements each; nothing
// is read in the statement that locks.
namespace billhook {

// Makes the missing rows of the keys' customers, then locks all, in the order of their ids.
void lock_customers(const projection_work& in, const object_keys& keys);
// Of several customers at most `rows` (what one statement brings is read before it is counted, but
// for subscriptions); throws postgres::failure with the remedy `halve` beyond that.
[[nodiscard]] known load_known(
    const projection_work& in,
    const object_keys& keys,
    const projection& of,
    std::size_t rows
);
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
