#pragma once

#include "schemas/io/kafka/consumer.hpp"
#include "schemas/io/kafka/inspector.hpp"
#include "worker/pipeline/leases.hpp"
#include "worker/pipeline/log_check.hpp"
#include "worker/pipeline/record_source.hpp"
#include "worker/pipeline/session.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace billhook {

struct source_limits {
    std::size_t records = 500;                   // of a batch
    std::size_t bytes = 4 * 1024 * 1024;         // of a batch; a single larger record still comes
    std::size_t buffered = 16 * 1024 * 1024;     // of all partitions' unfinished batches together
    std::chrono::milliseconds linger{20};        // how long a batch waits to become full
    std::chrono::milliseconds lease{2500};       // span of a lease; renewed five times within it
    std::chrono::milliseconds inspection{3000};  // deadline of a question to Kafka
    // No such topic or partition for so long: it is gone. A broker that has just started, or a
    // client after a leader change, may say so for a while.
    std::chrono::milliseconds absence{30'000};
};

struct source_settings {
    kafka::consumer_settings kafka;
    std::string topic;
    std::int32_t partitions = 0;  // of the topic, as Kafka says; all workers must see the same
    std::string holder;           // this consumer's name in billhook.leases
    source_limits limits{};
    // A range: of each partition named here nothing from this offset on; when all of them were
    // passed up to it, `end_of_range`. Empty: read on for ever.
    std::map<std::int32_t, std::int64_t> ends{};
};

// The partitions that this consumer holds by lease, read by `assign` (no group is joined). One
// thread. `postgres` must be open whenever `poll` is called and outlives the source.
class kafka_source final : public record_source {
public:
    kafka_source(source_settings settings, session& postgres);

    polled poll(std::chrono::milliseconds wait) override;
    void start(const claim& from) override;
    void drop(const partition& which) override;
    void passed(const partition& which, std::int64_t next_offset) override;
    std::int64_t end_of(const partition& which) override;

private:
    using steady = std::chrono::steady_clock;

    // A partition that is being read: what was read last, and what waits to be given out.
    struct reading {
        claim under;
        std::int64_t last_offset = -1;  // of the last record read; -1: none known
        std::string last_fingerprint;
        std::vector<raw_record> waiting;
        std::size_t bytes = 0;
        steady::time_point since{};  // of the first that waits
        bool verified = true;        // no trouble since the log was compared last
    };

    void renew_leases();
    void stop_reading(const partition& which);
    void reopen();
    template <class Doing>
    auto guarded(Doing doing);
    template <class Question>
    auto asked(const partition& about, Question question);
    void verify(
        const partition& which,
        std::int64_t next_offset,
        const std::optional<std::string>& fingerprint
    );
    void verify_doubtful();
    void doubt(const std::optional<std::int32_t>& number);
    void keep(const kafka::consumed& record);
    [[nodiscard]] bool is_ready(const reading& of, steady::time_point now) const;
    [[nodiscard]] bool range_is_read() const;
    [[nodiscard]] std::optional<batch> ready_batch(steady::time_point now);
    void read_one(std::chrono::milliseconds wait);

    source_settings settings_;
    session& postgres_;
    partition_leases leases_;
    std::unique_ptr<kafka::consumer> consumer_;
    std::unique_ptr<kafka::inspector> inspector_;
    std::map<partition, reading> readings_;
    std::size_t buffered_ = 0;
    std::deque<polled> news_;
    std::set<partition> to_announce_;  // dropped, but still ours
    std::map<partition, std::int64_t> to_commit_;
    std::map<std::int32_t, std::int64_t> passed_;  // how far each was passed
    std::map<partition, steady::time_point> absent_since_;
    steady::time_point next_round_{};
};

}  // namespace billhook
