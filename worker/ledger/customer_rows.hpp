#pragma once

#include "worker/domain/objects.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/run_statement.hpp"

#include <cstddef>

// What the first half of a batch locks and reads, by customer. A fixed number of statements each;
// nothing is read in the statement that locks.
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

}  // namespace billhook
