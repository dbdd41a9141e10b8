#pragma once

#include "schemas/io/kafka/error_codes.hpp"
#include "schemas/messages/publisher.hpp"
#include "tests/simulation/faults.hpp"
#include "worker/pipeline/record_source.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace billhook::simulation {

// The topic, in memory. Shared by all simulated workers.
struct sim_log final : publisher {
    explicit sim_log(std::int32_t partitions_of_topic)
        : partitions(static_cast<std::size_t>(partitions_of_topic)) {}

    // Appends to the partition of the key; the broker's timestamp is the record's own time.
    void append(record what);
    std::vector<delivery> publish(std::span<const message> messages) override;
    [[nodiscard]] std::int64_t records() const;

    std::vector<std::vector<raw_record>> partitions;
    bool gone = false;  // as a topic that was deleted; may be made again with the same records
};

struct sim_source_settings {
    std::size_t records = 500;  // of a batch
    bool ends = true;           // at the end of the log: end_of_range, else nothing
    // What a broker answers that is in trouble.
    rd_kafka_resp_err_t answer = RD_KAFKA_RESP_ERR__TRANSPORT;
    std::set<std::int32_t> numbers;  // the partitions that this worker reads; all of them if empty
};

// Reads the log for one worker. Every call meets `weather`.
class sim_source final : public record_source {
public:
    sim_source(const sim_log& from, faults& weather, sim_source_settings settings);

    polled poll(std::chrono::milliseconds wait) override;
    void start(const claim& from) override;
    void drop(const partition& which) override;
    void passed(const partition&, std::int64_t) override {}
    std::int64_t end_of(const partition& which) override;

private:
    struct reading {
        claim under;
        std::size_t next = 0;
    };
    void call(std::string_view name);
    void look_for(const partition& which);
    [[nodiscard]] const std::vector<raw_record>& records_of(const partition& which) const;

    const sim_log& from_;
    faults& weather_;
    sim_source_settings settings_;
    std::deque<partition> to_announce_;
    std::map<partition, reading> readings_;
    std::size_t turn_ = 0;
};

}  // namespace billhook::simulation
