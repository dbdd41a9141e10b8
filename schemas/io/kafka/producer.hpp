#pragma once

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/messages/publisher.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace billhook::kafka {

// Whoever waits for the report of one message. Called exactly once, on the thread that drains.
struct report_waiter {
    virtual ~report_waiter() = default;
    virtual void reported(delivery what) noexcept = 0;
    // Where it stands; called before `reported`, if that is `persisted`.
    virtual void placed(std::int32_t, std::int64_t) noexcept {}
};

// Why a message was not even queued: it is certainly nowhere.
enum class produce_refusal : std::uint8_t {
    queue_full,  // queue_kib is in use
    too_large,   // over message_max_bytes
    unhealthy,   // the instance is being replaced after a fatal error
    refused,     // anything else, e.g. a topic that does not exist
};
[[nodiscard]] std::string_view to_word(produce_refusal why);

// Appends to Kafka: acks=all, idempotent. `persisted` is told if and only if the broker reported it
// for exactly these bytes; `refused` if they are certainly not in the log; else `unknown`.
//
// librdkafka's threads never run our code: reports wait in a queue until somebody drains it.
// `produce`, `healthy`, `reachable`, `last_error` and `bytes_in_flight` may be called from any
// thread; `drain` and `flush` from one thread at a time. Nothing blocks but where it says so.
//
// After a fatal error of the idempotent instance, `produce` refuses (`unhealthy`) until a thread of
// the producer's own has put a new instance in its place; the old one's messages all get a report.
class producer {
public:
    // Does not wait for the broker. Throws failure (not retryable) if the settings are refused.
    explicit producer(const producer_settings& settings);
    // Messages still in flight are reported `unknown` from here; call `flush` before. Blocks for
    // librdkafka's threads to end.
    ~producer();
    producer(const producer&) = delete;
    producer& operator=(const producer&) = delete;

    // Queues a message; its value is not copied but kept until the report. `who` and `what` are
    // moved from only if the message was queued; nullopt says so. An empty value is an empty value,
    // no tombstone.
    [[nodiscard]] std::optional<produce_refusal> produce(
        message&& what,
        std::unique_ptr<report_waiter>&& who
    );

    // Readable when reports may be waiting. For an io_context or poll(); never read or close it.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    // Calls the waiters of all reports there are. The second waits for the first report up to
    // `wait`. Returns the number of reports.
    std::size_t drain();
    std::size_t drain(std::chrono::milliseconds wait);
    // Blocks: drains until nothing is in flight (true) or the deadline has passed (false).
    [[nodiscard]] bool flush(std::chrono::milliseconds deadline);

    // The instance works: not in a fatal state.
    [[nodiscard]] bool healthy() const;
    // A broker answered within the last seconds (asked every 2 s by the producer's own thread).
    [[nodiscard]] bool reachable() const noexcept { return reachable_; }
    // Kafka's name of what last went wrong ("_TIMED_OUT"): a report, an error of the instance, or
    // that no broker answered. Empty from the moment that one answers again.
    [[nodiscard]] std::string last_error() const;
    // Queued and not reported yet: keys, values, headers; also after the caller gave up waiting.
    [[nodiscard]] std::size_t bytes_in_flight() const noexcept { return bytes_in_flight_; }
    [[nodiscard]] std::size_t messages_in_flight() const noexcept { return messages_in_flight_; }
    // How often the instance was replaced after a fatal error.
    [[nodiscard]] std::uint64_t replacements() const noexcept { return replacements_; }

private:
    struct instance;
    struct in_flight;

    [[nodiscard]] std::shared_ptr<instance> make() const;
    [[nodiscard]] std::shared_ptr<instance> current() const;
    void retire(const std::shared_ptr<instance>& broken);
    std::size_t drain(instance& from);
    void report(const rd_kafka_message_t& reported);
    void note(rd_kafka_resp_err_t code);
    void probe(instance& asked);
    void maintain();
    void replace_broken(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] std::vector<std::shared_ptr<instance>> finished();

    producer_settings settings_;
    int descriptor_;
    std::atomic<std::size_t> bytes_in_flight_{0};
    std::atomic<std::size_t> messages_in_flight_{0};
    std::atomic<std::uint64_t> replacements_{0};
    std::atomic<bool> reachable_{false};
    std::atomic<rd_kafka_resp_err_t> last_error_{RD_KAFKA_RESP_ERR_NO_ERROR};

    mutable std::mutex guard_;                        // of the three below
    std::shared_ptr<instance> current_;               // null while it is being replaced
    std::vector<std::shared_ptr<instance>> retired_;  // until their last report is out
    bool ending_ = false;
    std::condition_variable wake_;
    std::thread maintenance_;
};

}  // namespace billhook::kafka
