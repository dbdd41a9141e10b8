#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/pipeline/record_source.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace billhook {

// The log in memory, for a bench that shall not measure Kafka. A value.
struct bench_log {
    explicit bench_log(std::int32_t count) : partitions(static_cast<std::size_t>(count)) {}

    // Into the partition of its key.
    void append(const std::string& body, instant received_at);
    [[nodiscard]] std::int64_t records() const;

    std::vector<std::vector<raw_record>> partitions;
};

// What a scenario of so many organizations tells in three months, in Stripe's order; its first
// `most` events.
[[nodiscard]] bench_log log_of_lives(
    const catalogue& plans,
    const std::string& prefix,
    std::size_t organizations,
    std::int32_t partitions,
    std::size_t most
);

// One consumer of several that share a log's partitions out.
struct bench_share {
    std::size_t number = 0;  // from 0
    std::size_t of = 1;
};

// Gives its share of the log out once, in batches of up to `records`, one partition after the
// other. Offsets begin where the claims do, so several logs may follow each other into one
// projection. `from` outlives it.
class bench_source final : public record_source {
public:
    bench_source(const bench_log& from, std::size_t records, bench_share share = {});

    polled poll(std::chrono::milliseconds wait) override;
    void start(const claim& from) override;
    void drop(const partition& which) override;
    void passed(const partition&, std::int64_t) override {}
    std::int64_t end_of(const partition& which) override;

private:
    struct reading {
        claim under;            // as it was when reading began
        std::size_t given = 0;  // of the log's records
    };
    [[nodiscard]] batch next_of(reading& from) const;

    const bench_log& from_;
    std::size_t records_;
    std::deque<partition> to_announce_;
    std::map<partition, reading> readings_;
    std::int32_t turn_ = 0;
};

}  // namespace billhook
