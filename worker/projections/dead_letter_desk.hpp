#pragma once

#include "schemas/types/instant.hpp"
#include "worker/domain/rows.hpp"

#include <pqxx/transaction_base>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What an operator does with dead letters. Every row stays: it stands for a consumed record.
namespace billhook {

// Records with the same bytes that died for the same reason.
struct dead_letter {
    record_position at;                   // of the first of them
    std::optional<std::string> event_id;  // as a header said
    std::string reason;
    instant first_seen{};  // received
    instant last_died{};
    std::int64_t copies = 0;  // rows
    // All settled: when, how (retried, discarded), and for a discarded one why.
    std::optional<instant> resolved_at;
    std::string resolution;
    std::string note;
    std::string body;  // as it came; show nothing of it but what stripe::redact gives

    friend bool operator==(const dead_letter&, const dead_letter&) = default;
};

struct letter_choice {
    bool with_settled = false;
    std::string reason{};  // empty: any
    std::size_t limit = 50;
};
// By first_seen. Throws pqxx's errors.
[[nodiscard]] std::vector<dead_letter> dead_letters(
    pqxx::transaction_base& in,
    const std::string& projection,
    const letter_choice& which
);
// How many rows are open, by reason.
[[nodiscard]] std::map<std::string, std::int64_t> open_by_reason(
    pqxx::transaction_base& in,
    const std::string& projection
);
// The one that stands for the record there.
[[nodiscard]] std::optional<dead_letter> find_dead_letter(
    pqxx::transaction_base& in,
    const std::string& projection,
    const record_position& at
);
// Settles every row with these bytes; how many were open.
std::int64_t settle_dead_letter(
    pqxx::transaction_base& in,
    const std::string& projection,
    const dead_letter& what,
    const std::string& resolution,
    const std::string& note
);
// Has a record with these bytes died at `since` or later?
[[nodiscard]] bool died_again(
    pqxx::transaction_base& in,
    const std::string& projection,
    const dead_letter& what,
    instant since
);

// Lets halted partitions go on, one or all; which they were. Workers look every few seconds.
[[nodiscard]] std::vector<std::int32_t> resume_halted(
    pqxx::transaction_base& in,
    const std::string& projection,
    std::optional<std::int32_t> partition
);

}  // namespace billhook
