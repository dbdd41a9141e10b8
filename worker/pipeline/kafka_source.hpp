#pragma once

#include "worker/pipeline/log_reader.hpp"
#include "worker/runtime/assignment.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace billhook {

struct source_settings {
    kafka::consumer_settings kafka;
    std::string topic;
    reader_limits limits{};
    // A range: of each partition named here nothing from this offset on; when all of them were
    // passed up to it, `end_of_range`. Empty: read on for ever.
    std::map<std::int32_t, std::int64_t> ends{};
};

// The partitions of an assignment, read by `assign` (no group is joined). One thread; `whose`
// outlives it.
class kafka_source final : public record_source {
public:
    kafka_source(source_settings settings, assignment& whose);

    polled poll(std::chrono::milliseconds wait) override;
    void start(const claim& from) override;
    void drop(const partition& which) override;
    void passed(const partition& which, std::int64_t next_offset) override;
    std::int64_t end_of(const partition& which) override;

private:
    void follow_assignment();
    void commit_passed();
    [[nodiscard]] bool range_is_read() const;

    std::string topic_;
    std::map<std::int32_t, std::int64_t> ends_;
    assignment& whose_;
    log_reader reader_;
    std::deque<polled> news_;
    std::map<partition, std::int64_t> to_commit_;
    std::map<std::int32_t, std::int64_t> passed_;  // how far each was passed
    std::chrono::steady_clock::time_point next_commit_{};
};

}  // namespace billhook
