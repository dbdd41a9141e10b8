#include "schemas/io/kafka/preflight.hpp"

#include <charconv>
#include <map>

namespace billhook::kafka {
namespace {

using settings_map = std::map<std::string, std::string>;

constexpr std::int64_t least_message_bytes = 2 * 1024 * 1024;
constexpr std::int64_t least_replicas = 3;
constexpr std::int64_t least_in_sync = 2;

std::string text_of(const settings_map& config, const std::string& name) {
    const auto found = config.find(name);
    return found == config.end() ? std::string{} : found->second;
}

std::optional<std::int64_t> number_of(const settings_map& config, const std::string& name) {
    const auto text = text_of(config, name);
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, code] = std::from_chars(text.data(), end, number);
    return code == std::errc{} && stopped == end && !text.empty() ? std::optional{number}
                                                                  : std::nullopt;
}

std::string has(const std::string& topic, const std::string& what, const std::string& value) {
    return "topic " + topic + " has " + what + " " + (value.empty() ? "unknown" : value);
}

class findings {
public:
    explicit findings(std::string topic) : topic_(std::move(topic)) {}

    void add(
        weakness what,
        const std::string& setting,
        const std::string& value,
        const char* remedy
    ) {
        all_.push_back({what, has(topic_, setting, value) + "; " + remedy, true});
    }
    void add_final(weakness what, const std::string& text) { all_.push_back({what, text, false}); }
    [[nodiscard]] std::vector<finding> take() { return std::move(all_); }

private:
    std::string topic_;
    std::vector<finding> all_;
};

void check_config(const settings_map& config, findings& found) {
    const auto value = [&](const char* name) { return text_of(config, name); };
    if (number_of(config, "min.insync.replicas").value_or(0) < least_in_sync) {
        found.add(
            weakness::min_insync_replicas,
            "min.insync.replicas",
            value("min.insync.replicas"),
            "acks=all may mean one copy: set it to 2"
        );
    }
    if (value("unclean.leader.election.enable") != "false") {
        found.add(
            weakness::unclean_leader_election,
            "unclean.leader.election.enable",
            value("unclean.leader.election.enable"),
            "acknowledged events can vanish: set it to false"
        );
    }
    for (const char* name : {"retention.ms", "retention.bytes"}) {
        if (number_of(config, name) != -1) {
            found.add(
                weakness::retention,
                name,
                value(name),
                "the log is the truth and must be kept: set it to -1"
            );
        }
    }
    if (value("cleanup.policy") != "delete") {
        found.add(
            weakness::cleanup_policy,
            "cleanup.policy",
            value("cleanup.policy"),
            "compaction drops all but a key's last event: set it to delete"
        );
    }
    if (number_of(config, "max.message.bytes").value_or(0) < least_message_bytes) {
        found.add(
            weakness::max_message_bytes,
            "max.message.bytes",
            value("max.message.bytes"),
            "large events would never be accepted: set it to 2097152"
        );
    }
}

}  // namespace

std::string_view to_word(weakness what) {
    switch (what) {
        case weakness::topic_missing:
            return "topic_missing";
        case weakness::replication_factor:
            return "replication_factor";
        case weakness::min_insync_replicas:
            return "min_insync_replicas";
        case weakness::unclean_leader_election:
            return "unclean_leader_election";
        case weakness::retention:
            return "retention";
        case weakness::cleanup_policy:
            return "cleanup_policy";
        case weakness::max_message_bytes:
            return "max_message_bytes";
        case weakness::partition_count:
            return "partition_count";
        case weakness::not_told:
            return "not_told";
    }
    return "";
}

std::vector<finding> weaknesses_of(
    const std::string& topic,
    const std::optional<topic_found>& found,
    const std::optional<std::map<std::string, std::string>>& config,
    std::optional<std::int32_t> partitions
) {
    findings all{topic};
    if (!found) {
        all.add_final(
            weakness::topic_missing, "topic " + topic + " does not exist; run billhook migrate"
        );
        return all.take();
    }
    if (found->least_replicas < least_replicas) {
        all.add(
            weakness::replication_factor,
            "replication factor",
            std::to_string(found->least_replicas),
            "one disk's loss can lose events: use 3"
        );
    }
    if (partitions && found->partitions != *partitions) {
        all.add_final(
            weakness::partition_count,
            has(topic, "partitions", std::to_string(found->partitions)) + ", settings say " +
                std::to_string(*partitions) + "; set the number that the topic has"
        );
    }
    if (config) {
        check_config(*config, all);
    } else {
        all.add(weakness::not_told, "settings", "", "allow DESCRIBE_CONFIGS on it to this user");
    }
    return all.take();
}

std::vector<finding> preflight(
    admin& cluster,
    const std::string& topic,
    std::optional<std::int32_t> partitions,
    std::chrono::milliseconds deadline
) {
    const auto found = cluster.describe(topic, deadline);
    std::optional<settings_map> config;
    try {
        if (found) {
            config = cluster.config_of(topic, deadline);
        }
    } catch (const failure& why) {
        if (why.code != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
            throw;
        }
    }
    return weaknesses_of(topic, found, config, partitions);
}

}  // namespace billhook::kafka
