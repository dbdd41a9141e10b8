#pragma once

#include "worker/domain/objects.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <map>

// The first half of a batch, by customer. A fixed number of statements each, prepared by
// `prepare_statements`; nothing is read in the statement that locks.
namespace billhook {

// Makes the missing rows of the keys' customers, then locks all, in the order of their ids.
void lock_customers(pqxx::transaction_base& in, const object_keys& keys);
[[nodiscard]] known load_known(pqxx::transaction_base& in, const object_keys& keys, bool livemode);
// `counted`: the deliveries that `load_known` gave, by event; what is beyond them is added.
void store_changes(
    pqxx::transaction_base& in,
    const changes& folded,
    const std::map<event_id, std::int64_t>& counted
);

}  // namespace billhook
