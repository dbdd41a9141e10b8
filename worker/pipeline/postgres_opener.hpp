#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/pipeline/sessions.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace billhook {

struct postgres_place {
    postgres::connect_options where;
    std::string holder;           // the thread's name in billhook.leases
    std::int32_t partitions = 0;  // of the topic
    std::size_t load_rows = usual_load_rows;
};

// Opens what a session of `sessions.hpp` holds: one connection, and its ports over it.
template <class Session>
[[nodiscard]] typename Session::opener postgres_opener(postgres_place at);

}  // namespace billhook
