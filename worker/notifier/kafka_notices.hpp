#pragma once

#include "schemas/io/kafka/consumer.hpp"
#include "schemas/io/kafka/inspector.hpp"
#include "worker/notifier/notice_source.hpp"
#include "worker/pipeline/leases.hpp"

#include <chrono>
#include <deque>
#include <set>
#include <string>

namespace billhook {

// Reads by `assign`, from the offset that was committed under the group: it only saves work, since
// the claims say what was sent. Where nothing is committed, or what was is not in the log any more,
// it begins with the oldest record there is.
class kafka_notices final : public notice_source {
public:
    kafka_notices(
        const kafka::consumer_settings& kafka,
        std::int32_t partitions,
        const std::string& holder,
        std::chrono::milliseconds lease
    );

    [[nodiscard]] notices_polled poll(leases& rights, std::chrono::milliseconds wait) override;
    void settled_to(const partition& of, std::int64_t offset) override;

private:
    using steady = std::chrono::steady_clock;

    void renew(leases& rights);
    void begin(const partition& of);
    void end(const partition& of);
    [[nodiscard]] notices_polled read_one(std::chrono::milliseconds wait);

    partition_leases leases_;
    kafka::consumer consumer_;
    kafka::inspector inspector_;
    std::chrono::milliseconds lease_;
    std::set<partition> reading_;
    std::deque<notices_polled> news_;
    steady::time_point next_round_{};
};

}  // namespace billhook
