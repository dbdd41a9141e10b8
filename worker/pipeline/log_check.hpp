#pragma once

#include "schemas/io/kafka/inspector.hpp"
#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace billhook {

// What identifies a record: 16 hex digits over its bytes and the broker's timestamp. Stored in
// billhook.offsets, so it never changes. Tells logs apart; resists nobody who wants a collision.
[[nodiscard]] std::string fingerprint_of(std::string_view body, instant timestamp);

// Is a partition's log the one that was read, and does it reach on?
enum class log_state : std::uint8_t {
    continues,
    begins_later,  // records that were never read are gone
    ends_earlier,  // truncated, or another log
    is_another,    // the last passed record is not the one that was read: the topic was recreated
};
[[nodiscard]] std::string_view to_word(log_state what);

struct log_look {
    kafka::watermarks ends;
    log_state state = log_state::continues;
};

// Asks Kafka now. `fingerprint` is that of record next_offset - 1, if any was passed. Throws
// kafka::failure.
[[nodiscard]] log_look look_at_log(
    kafka::inspector& log,
    const partition& which,
    std::int64_t next_offset,
    const std::optional<std::string>& fingerprint,
    std::chrono::milliseconds deadline
);

// Of the record at `offset`; empty if there is none.
[[nodiscard]] std::optional<std::string> fingerprint_at(
    kafka::inspector& log,
    const partition& which,
    std::int64_t offset,
    std::chrono::milliseconds deadline
);

}  // namespace billhook
