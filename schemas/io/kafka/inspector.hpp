#pragma once

#include "schemas/io/kafka/consumer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace billhook::kafka {

struct watermarks {
    std::int64_t low = 0;   // the first offset that is there
    std::int64_t high = 0;  // one past the last
};

// Looks into the log beside a consumer: ends of partitions, single records. A handle of its own,
// since on a reading consumer's handle such a question waits for the running fetch. One thread;
// every call blocks, at most for its deadline, and throws `failure`.
class inspector {
public:
    explicit inspector(client_settings client);

    // Asked of the partition's leader now.
    [[nodiscard]] watermarks watermarks_of(
        const std::string& topic,
        std::int32_t partition,
        std::chrono::milliseconds deadline
    );
    [[nodiscard]] std::int64_t end_of(
        const std::string& topic,
        std::int32_t partition,
        std::chrono::milliseconds deadline
    );
    // The record at exactly this offset; nullopt if there is none (compacted away, or outside the
    // watermarks).
    [[nodiscard]] std::optional<consumed> fetch(
        const position& at,
        std::chrono::milliseconds deadline
    );

private:
    [[nodiscard]] std::optional<consumed> first_record(std::chrono::steady_clock::time_point until);

    consumer reader_;
};

}  // namespace billhook::kafka
