#pragma once

#include "ingest/api/calls/target.hpp"
#include "schemas/io/kafka/producer.hpp"
#include "schemas/messages/reading.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

namespace billhook::api {

// `stripe.events` for what Stripe answered to a write: a snapshot like any other, with
// `source=api`, folded like any other. One producer for all threads. Any thread.
class snapshot_log {
public:
    // Throws kafka::failure if the settings are refused; does not wait for a broker.
    snapshot_log(const kafka::producer_settings& settings, std::string topic);
    ~snapshot_log();  // flushes, for a second at most
    snapshot_log(const snapshot_log&) = delete;
    snapshot_log& operator=(const snapshot_log&) = delete;

    // Where it stands, once the broker has acknowledged exactly this; nothing if it did not until
    // then, and it may stand there later. Blocks.
    [[nodiscard]] std::optional<log_position> append(
        const reading& what,
        instant received_at,
        std::chrono::steady_clock::time_point until
    );
    [[nodiscard]] bool ready() const { return producer_.healthy() && producer_.reachable(); }

private:
    std::string topic_;
    kafka::producer producer_;
    std::atomic<bool> ending_{false};
    std::thread reports_;
};

}  // namespace billhook::api
