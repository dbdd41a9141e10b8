#pragma once

#include "schemas/io/kafka/client_settings.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

// From a message's own time to the report that the broker has it.
struct broker_times {
    double rate = 0;  // messages a second
    double p50_ms = 0;
    double p99_ms = 0;
};

// What the broker takes by itself: the bodies, in turn, to their customers' partitions of
// stripe.events, each sent at its own time and without waiting for others (linger 0). Blocks, and
// starts threads. Nothing if a message was not reported as persisted. Throws kafka::failure.
[[nodiscard]] std::optional<broker_times> measure_broker(
    kafka::producer_settings to,
    const std::vector<std::string>& bodies,
    double rate,
    std::chrono::seconds how_long
);

}  // namespace billhook
