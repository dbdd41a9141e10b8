#pragma once

#include "schemas/types/instant.hpp"

#include <pqxx/connection>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace billhook {

// How far the live projection has come with what was in the log at some moment. Needs Postgres
// alone: a partition's `complete_to` is a Postgres time taken before the log's end was asked for
// and stored once all up to that end was folded, so a horizon past a moment says that everything
// published before it is folded.
struct folding {
    std::int64_t partitions = 0;
    std::int64_t behind = 0;  // not yet complete to the moment
    std::int64_t halted = 0;
    std::int64_t due = 0;  // standings due at the horizon
    instant horizon{};     // 1970 while a partition was never complete

    [[nodiscard]] bool done() const { return partitions > 0 && behind == 0 && due == 0; }
    // "3 of 12 partitions behind, 7 standings due"
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] instant database_time(pqxx::connection& in);
// `since` is a `database_time` taken after the last record of interest was acknowledged. Throws
// pqxx's errors; sql_error where the database was never migrated.
[[nodiscard]] folding folding_since(pqxx::connection& in, instant since);

// Asks a few times a second until `done`, a partition is halted, or `patience` ran out; answers the
// last state. `watch` sees each.
[[nodiscard]] folding wait_until_folded(
    pqxx::connection& in,
    instant since,
    std::chrono::milliseconds patience,
    const std::function<void(const folding&)>& watch
);

}  // namespace billhook
