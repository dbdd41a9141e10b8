#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/types/instant.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

// A row of billhook.offsets: how far a projection has come in one partition.
struct offset_row {
    std::int32_t partition = 0;
    std::int64_t first_offset = 0;
    std::int64_t next_offset = 0;
    std::int64_t epoch = 0;
    std::optional<std::string> fingerprint;
    std::optional<instant> complete_to;
    std::optional<instant> halted;
    std::optional<std::int64_t> stop_at;

    friend bool operator==(const offset_row&, const offset_row&) = default;
};

// By partition; none before the first worker or replay. `for_share`: nobody moves them before the
// transaction ends; waits for whoever moves one now.
[[nodiscard]] std::vector<offset_row> offset_rows(
    pqxx::transaction_base& in,
    const std::string& projection,
    const std::string& topic,
    bool for_share = false
);
// Those of stripe.events, read in a transaction of their own.
[[nodiscard]] std::vector<offset_row> offset_rows(
    postgres::connection& over,
    const std::string& projection
);

// Moves a partition's offset as an operator says, back or forth, and raises the epoch in the same
// statement, so that nobody who read under the old one writes on. `fingerprint` is that of record
// `to` - 1. What was consumed stays counted: first_offset moves along, below 0 if it must. False:
// somebody moved it since `seen` was read.
[[nodiscard]] bool move_offset(
    pqxx::transaction_base& in,
    const std::string& projection,
    const std::string& topic,
    const offset_row& seen,
    std::int64_t to,
    const std::optional<std::string>& fingerprint
);

// Σ (next_offset - first_offset).
[[nodiscard]] std::int64_t consumed(const std::vector<offset_row>& rows);

}  // namespace billhook
