#pragma once

#include "schemas/io/kafka/consumer.hpp"
#include "schemas/io/kafka/inspector.hpp"
#include "worker/notifier/notice_source.hpp"
#include "worker/runtime/assignment.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <set>

namespace billhook {

// Reads the partitions of an assignment, which outlives it, by `assign`, from the offset that was
// committed under the group: it only saves work, since the claims say what was sent. Where nothing
// is committed, or what was is not in the log any more, it begins with the oldest record there is.
class kafka_notices final : public notice_source {
public:
    kafka_notices(kafka::consumer_settings kafka, assignment& whose);

    [[nodiscard]] notices_polled poll(std::chrono::milliseconds wait) override;
    void settled_to(const partition& of, std::int64_t offset) override;

private:
    void open();
    void follow_assignment();
    void begin(const partition& of);
    void end(const partition& of);
    [[nodiscard]] notices_polled read_one(std::chrono::milliseconds wait);

    kafka::consumer_settings kafka_;
    assignment& whose_;
    std::unique_ptr<kafka::consumer> consumer_;
    std::unique_ptr<kafka::inspector> inspector_;
    std::set<partition> to_begin_;  // ours, and not read yet
    std::set<partition> read_;
    std::deque<notices_polled> news_;
};

}  // namespace billhook
