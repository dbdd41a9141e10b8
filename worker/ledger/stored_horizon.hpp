#pragma once

#include "schemas/types/instant.hpp"

#include <pqxx/transaction_base>

#include <string>

namespace billhook {

// A scalar subselect, in microseconds: min(complete_to) over the partitions of projection $1, 1970
// while any is null.
inline constexpr char horizon_of_projection[] =
    "(SELECT CASE WHEN count(*) = count(h.complete_to) THEN coalesce((extract(epoch FROM "
    "min(h.complete_to)) * 1000000)::bigint, 0) ELSE 0 END FROM billhook.offsets h WHERE "
    "h.projection = $1::text)";

// The same, asked alone.
[[nodiscard]] instant read_horizon(pqxx::transaction_base& in, const std::string& projection);

}  // namespace billhook
