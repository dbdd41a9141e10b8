#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace billhook {

// What is known of a message after it was handed to Kafka. `persisted` is the broker's word for
// exactly these bytes; `unknown` may turn up later or never.
enum class delivery : std::uint8_t { persisted, refused, unknown };

struct message {
    std::string topic;
    std::string key;
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers;

    friend bool operator==(const message&, const message&) = default;
};

// Port. Blocks until every message has its report; the answers stand in the messages' order.
struct publisher {
    virtual ~publisher() = default;
    virtual std::vector<delivery> publish(std::span<const message> messages) = 0;
    // Kafka's name of what last went wrong, for logs; empty if nothing did.
    [[nodiscard]] virtual std::string last_error() const { return {}; }
};

}  // namespace billhook
