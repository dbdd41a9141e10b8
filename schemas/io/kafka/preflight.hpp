#pragma once

#include "schemas/io/kafka/admin.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::kafka {

// What in a topic's settings would lose acknowledged events.
enum class weakness : std::uint8_t {
    topic_missing,
    replication_factor,       // below 3
    min_insync_replicas,      // below 2: acks=all may mean one copy
    unclean_leader_election,  // on
    retention,                // retention.ms or retention.bytes is not -1
    cleanup_policy,           // not "delete"
    max_message_bytes,        // below 2 MiB: large events would never be accepted
    partition_count,          // not what was created
    not_told,                 // the broker does not say
};
[[nodiscard]] std::string_view to_word(weakness what);

struct finding {
    weakness what{};
    std::string text;  // one line: what is so, what it should be, what to do
    // May be accepted with --allow-weak-durability. The others stop the start in any case.
    bool acceptable = false;
};

// What is wrong with a topic of these settings; see admin::describe and admin::config_of. Pure.
// `partitions` nullopt: any number will do.
[[nodiscard]] std::vector<finding> weaknesses_of(
    const std::string& topic,
    const std::optional<topic_found>& found,
    const std::optional<std::map<std::string, std::string>>& config,
    std::optional<std::int32_t> partitions
);

// The same, asked of the brokers. Blocks; throws `failure` if the brokers do not answer. Empty:
// nothing is wrong.
[[nodiscard]] std::vector<finding> preflight(
    admin& cluster,
    const std::string& topic,
    std::optional<std::int32_t> partitions,
    std::chrono::milliseconds deadline
);

}  // namespace billhook::kafka
