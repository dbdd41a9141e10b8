#pragma once

#include "schemas/io/kafka/client_settings.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace billhook::kafka {

struct topic_wanted {
    std::string name;
    std::int32_t partitions = 12;
    std::int16_t replication = -1;              // -1: the broker's default
    std::map<std::string, std::string> config;  // e.g. {"retention.ms", "-1"}
};

struct topic_found {
    std::int32_t partitions = 0;
    std::int32_t least_replicas = 0;  // of any partition
    bool has_leaders = false;         // every partition can be written to
};

// Topics and what the brokers say of them. One thread; every call blocks, at most for its deadline,
// and throws `failure`.
class admin {
public:
    explicit admin(const client_settings& client);

    // A broker answers. Throws if none does within the deadline.
    void reach(std::chrono::milliseconds deadline);
    // nullopt: no such topic (or not ours to see).
    [[nodiscard]] std::optional<topic_found> describe(
        const std::string& topic,
        std::chrono::milliseconds deadline
    );
    // A topic's settings, all of them, by name. nullopt where the broker does not support the
    // question (the mock cluster).
    [[nodiscard]] std::optional<std::map<std::string, std::string>> config_of(
        const std::string& topic,
        std::chrono::milliseconds deadline
    );
    // Creates what is missing and waits until every partition has a leader. True if it was created
    // by this call; an existing topic is left as it is.
    bool ensure(const topic_wanted& wanted, std::chrono::milliseconds deadline);

private:
    bool create(const topic_wanted& wanted, std::chrono::milliseconds deadline);

    instance_handle instance_;
};

}  // namespace billhook::kafka
