#pragma once

#include "schemas/io/kafka/producer.hpp"
#include "schemas/messages/publisher.hpp"

namespace billhook::kafka {

// A publisher over a producer of its own; one thread. `publish` blocks until all reports are in,
// which librdkafka bounds by the settings' message_timeout.
class kafka_publisher final : public publisher {
public:
    explicit kafka_publisher(const producer_settings& settings) : producer_(settings) {}
    std::vector<delivery> publish(std::span<const message> messages) override;
    [[nodiscard]] std::string last_error() const override { return producer_.last_error(); }

private:
    producer producer_;
};

}  // namespace billhook::kafka
