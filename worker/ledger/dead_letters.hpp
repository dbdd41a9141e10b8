#pragma once

#include "worker/domain/objects.hpp"

#include <pqxx/transaction_base>

#include <span>
#include <string>

namespace billhook {

struct partition;

// Writes a dead letter for each record, in the transaction of the offset that passes them. If the
// projection has then more than 1,000 of this minute (Postgres' time), and they are more than half
// of this minute's records, halts the partition: that is a deploy gone wrong, not bad data.
void bury(
    pqxx::transaction_base& in,
    const std::string& projection,
    const partition& passed_in,
    std::span<const dead_record> dead
);

}  // namespace billhook
