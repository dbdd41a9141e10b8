#pragma once

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/types/instant.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace billhook::kafka {

// A place in the log: the next offset to read.
struct position {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;

    friend auto operator<=>(const position&, const position&) = default;
};

// A record as librdkafka holds it. Owns it; the views live as long as this object.
class consumed {
public:
    explicit consumed(message_handle from) : message_(std::move(from)) {}

    [[nodiscard]] std::string_view topic() const;
    [[nodiscard]] std::int32_t partition() const { return message_->partition; }
    [[nodiscard]] std::int64_t offset() const { return message_->offset; }
    [[nodiscard]] std::string_view key() const;    // empty if there is none
    [[nodiscard]] std::string_view value() const;  // empty if there is none
    [[nodiscard]] instant timestamp() const;       // the broker's or producer's; 1970 if none
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> headers() const;

private:
    message_handle message_;
};

// The partition has given everything that it had (consumer_settings::partition_end).
struct partition_end {
    position at;
};
// Something went wrong that librdkafka mends by itself (a broker away, a leader change). Compare
// the fingerprint again before what comes next is trusted.
struct trouble {
    std::string what;
    std::optional<std::int32_t> partition;
};
using polled = std::variant<std::monostate, consumed, partition_end, trouble>;

// The partition cannot be read on: its next offset is not in the log (any more, or not yet), or a
// record there is damaged, which librdkafka would step over. Never skipped silently.
struct unreadable : failure {
    unreadable(position where, rd_kafka_resp_err_t code);
    [[nodiscard]] bool is_damaged() const;
    position where;
};

// Reads partitions named by `assign`, from offsets given by the caller: no group is joined, nothing
// is stored, no pause, no seek. One thread. Kafka's failures throw `failure`; what librdkafka mends
// by itself comes out of `poll` as `trouble`.
class consumer {
public:
    explicit consumer(const consumer_settings& settings);

    // Adds partitions (none of them assigned now), or takes some away; the others read on
    // undisturbed. Records of a removed partition that were fetched already do not come out of
    // `poll` any more.
    void assign(std::span<const position> from);
    void unassign(std::span<const position> which);
    // The next record of any partition, in order within each. Waits up to `wait` for it.
    [[nodiscard]] polled poll(std::chrono::milliseconds wait);
    // Says to lag tools, under the group, how far we are. Does not wait; a failure is of no
    // consequence and not told.
    void commit(std::span<const position> next);
    // What was committed last under the group, by whomever; nothing if that was never or is
    // forgotten. Blocks, at most for the deadline.
    [[nodiscard]] std::optional<std::int64_t> committed(
        const std::string& topic,
        std::int32_t partition,
        std::chrono::milliseconds deadline
    );

private:
    friend class inspector;  // asks for watermarks on its own consumer's handle
    instance_handle instance_;
};

}  // namespace billhook::kafka
