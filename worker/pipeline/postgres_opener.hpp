#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/pipeline/session.hpp"

#include <cstdint>
#include <string>

namespace billhook {

// Opens what a session holds: one connection, and ledger, leases, application's
// table and outbox over it.
// `holder` is this thread's name in billhook.leases, `partitions` the topic's count.
[[nodiscard]] opener postgres_opener(
    postgres::connect_options where,
    std::string holder,
    std::int32_t partitions
);

}  // namespace billhook
