#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/types/result.hpp"
#include "worker/ledger/projections.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace billhook {

// Why a projection cannot be built or dropped as asked.
enum class projection_refusal : std::uint8_t {
    bad_name,            // a-z, then up to 40 of a-z, 0-9, _; no schema of Postgres or ours
    is_live,             // workers write it
    other_fold_version,  // begun by another program: drop it, or use that program
    other_accounts,      // begun for other connected accounts than the given ones
    other_partitions,    // begun over a topic with another number of partitions
    unknown,             // there is none of that name
};
// A sentence for the operator, with what to do next.
[[nodiscard]] std::string to_text(projection_refusal why, const std::string& name);

// Makes a projection with a schema of its own, role `building`, with the live one's livemode and
// `accounts` (not given: the live one's); or takes up the one of that name that was begun earlier,
// or is `old`. `starts`: for each partition of `topic` where the log begins; only a new projection
// takes it. One transaction; `owner` is Billhook's owner or may act as it. Throws what `classify`
// knows.
[[nodiscard]] result<projection, projection_refusal> take_up_building(
    postgres::connection& owner,
    const std::string& name,
    const std::string& topic,
    std::span<const std::int64_t> starts,
    const std::optional<std::set<std::string>>& accounts = {}
);

// Removes a projection that is not live: its tables, offsets and dead letters. Whatever somebody
// else made over its tables makes it fail.
[[nodiscard]] result<projection, projection_refusal> drop_projection(
    postgres::connection& owner,
    const std::string& name
);

}  // namespace billhook
