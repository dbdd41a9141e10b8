#pragma once

#include "schemas/io/kafka/consumer.hpp"
#include "schemas/io/kafka/inspector.hpp"
#include "worker/pipeline/log_check.hpp"
#include "worker/pipeline/record_source.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace billhook {

struct reader_limits {
    std::size_t records = 1000;                  // of a batch
    std::size_t bytes = 8 * 1024 * 1024;         // of a batch; a single larger record still comes
    std::size_t buffered = 16 * 1024 * 1024;     // of all partitions' unfinished batches together
    std::chrono::milliseconds linger{20};        // how long a batch waits to become full
    std::chrono::milliseconds inspection{3000};  // deadline of a question to Kafka
    // No such topic or partition for so long: it is gone. A broker that has just started, or a
    // client after a leader change, may say so for a while.
    std::chrono::milliseconds absence{30'000};
};

// Reads partitions of one topic from where it is told, in batches, and compares the log with what
// was read of it whenever there was trouble. Whose the partitions are is not its affair. One
// thread; Kafka's failures throw kafka::failure, a partition that cannot be read on
// partition_stuck.
class log_reader {
public:
    // `ends`: of each partition named there nothing from this offset on.
    log_reader(
        kafka::consumer_settings kafka,
        reader_limits limits,
        std::map<std::int32_t, std::int64_t> ends
    );

    void start(const claim& from);
    void stop(const partition& which);
    // A batch that is full or has waited for long enough, of the partition that waited longest;
    // nothing if none came up to `deadline`.
    [[nodiscard]] std::optional<batch> next(std::chrono::steady_clock::time_point deadline);
    // The partition's high watermark, asked now.
    [[nodiscard]] std::int64_t end_of(const partition& which);
    // Told to lag tools; never waits or fails.
    void commit(std::span<const kafka::position> positions) { consumer_->commit(positions); }
    // Those that were read until the client had to be replaced: to be started again.
    [[nodiscard]] std::vector<partition> take_interrupted();

private:
    using steady = std::chrono::steady_clock;

    // A partition that is being read: what was read last, and what waits to be given out.
    struct stream {
        claim under;
        std::int64_t last_offset = -1;  // of the last record read; -1: none known
        std::string last_fingerprint;
        std::vector<raw_record> waiting;
        std::size_t bytes = 0;
        steady::time_point since{};  // of the first that waits
        bool verified = true;        // no trouble since the log was compared last
    };

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
    void take_fetched();
    bool read_one(std::chrono::milliseconds wait);  // false: nothing came
    void keep(const kafka::consumed& record);
    [[nodiscard]] bool is_full(const stream& of) const;
    [[nodiscard]] bool is_ready(const stream& of, steady::time_point now) const;
    [[nodiscard]] std::optional<batch> ready_batch(steady::time_point now);

    kafka::consumer_settings kafka_;
    reader_limits limits_;
    std::map<std::int32_t, std::int64_t> ends_;
    std::unique_ptr<kafka::consumer> consumer_;
    std::unique_ptr<kafka::inspector> inspector_;
    std::map<partition, stream> streams_;
    std::size_t buffered_ = 0;
    std::vector<partition> interrupted_;
    std::map<partition, steady::time_point> absent_since_;
};

}  // namespace billhook
