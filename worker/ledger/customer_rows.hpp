#pragma once

#include "worker/domain/objects.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/run_statement.hpp"

#include <cstddef>
#include <cstdint>
#include <map>

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
// `counted`: the deliveries that `load_known` gave, by event; what is beyond them is added. Rows of
// events that are not there are inserted, all others inserted or replaced. pqxx::unique_violation
// if somebody else stored such an event meanwhile; with `all_may_be_there` never.
void store_changes(
    const projection_work& in,
    const changes& folded,
    const std::map<event_id, std::int64_t>& counted,
    bool all_may_be_there
);

}  // namespace billhook
