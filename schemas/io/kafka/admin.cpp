#include "schemas/io/kafka/admin.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <thread>

namespace billhook::kafka {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

int to_int(milliseconds span) {
    return static_cast<int>(std::clamp<std::int64_t>(span.count(), 1, 3'600'000));
}

milliseconds left_of(steady::time_point until) {
    return std::chrono::ceil<milliseconds>(until - steady::now());
}

admin_options options_for(rd_kafka_t* instance, rd_kafka_admin_op_t what, milliseconds deadline) {
    std::array<char, 256> why{};
    admin_options made{rd_kafka_AdminOptions_new(instance, what)};
    const auto code = rd_kafka_AdminOptions_set_request_timeout(
        made.get(), to_int(deadline), why.data(), why.size()
    );
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw failure::of("setting a request's deadline", code);
    }
    return made;
}

// The answer to the one request that was sent with this queue.
event_handle answer_from(rd_kafka_queue_t* queue, const char* doing, milliseconds deadline) {
    // A little longer than the request's own deadline, whose error says more.
    event_handle event{rd_kafka_queue_poll(queue, to_int(deadline + milliseconds{500}))};
    if (!event) {
        throw failure::of(doing, RD_KAFKA_RESP_ERR__TIMED_OUT);
    }
    return event;
}

// librdkafka's latest words about its connections, for the one line that the user gets to see.
std::string heard_from(rd_kafka_t* instance) {
    const queue_handle events{rd_kafka_queue_get_main(instance)};
    std::string heard;
    while (const event_handle event{rd_kafka_queue_poll(events.get(), 0)}) {
        const bool general =
            rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
        if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR && !general) {
            heard = rd_kafka_event_error_string(event.get());
        }
    }
    return heard;
}

metadata_handle metadata_of(
    rd_kafka_t* instance,
    const std::string* topic,
    milliseconds deadline,
    const char* doing
) {
    rd_kafka_topic_t* handle = nullptr;
    if (topic != nullptr) {
        handle = rd_kafka_topic_new(instance, topic->c_str(), nullptr);
    }
    const struct rd_kafka_metadata* found = nullptr;
    const auto code = rd_kafka_metadata(instance, 0, handle, &found, to_int(deadline));
    metadata_handle owned{found};
    if (handle != nullptr) {
        rd_kafka_topic_destroy(handle);
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const auto heard = heard_from(instance);
        const auto told = heard.empty() ? std::string{rd_kafka_err2str(code)} : heard;
        throw failure(std::string{doing} + ": " + told, code);
    }
    return owned;
}

bool has_leaders(const struct rd_kafka_metadata_topic& topic) {
    const std::span all{topic.partitions, static_cast<std::size_t>(topic.partition_cnt)};
    return std::ranges::all_of(all, [](const auto& each) { return each.leader >= 0; });
}

}  // namespace

admin::admin(const client_settings& client)
    : instance_(make_instance(RD_KAFKA_PRODUCER, admin_configuration(client))) {}

void admin::reach(milliseconds deadline) {
    static_cast<void>(metadata_of(instance_.get(), nullptr, deadline, "asking the brokers"));
}

std::optional<topic_found> admin::describe(const std::string& topic, milliseconds deadline) {
    constexpr auto doing = "asking for a topic";
    const auto found = metadata_of(instance_.get(), &topic, deadline, doing);
    for (int at = 0; at < found->topic_cnt; ++at) {
        const auto& each = found->topics[at];
        if (topic != each.topic) {
            continue;
        }
        if (each.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
            return std::nullopt;
        }
        if (each.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            throw failure::of(doing, each.err);
        }
        topic_found told{each.partition_cnt, 0, has_leaders(each)};
        const std::span partitions{each.partitions, static_cast<std::size_t>(each.partition_cnt)};
        if (!partitions.empty()) {
            const auto by_replicas = [](const auto& a, const auto& b) {
                return a.replica_cnt < b.replica_cnt;
            };
            told.least_replicas = std::ranges::min(partitions, by_replicas).replica_cnt;
        }
        return told;
    }
    return std::nullopt;
}

std::optional<std::map<std::string, std::string>> admin::config_of(
    const std::string& topic,
    milliseconds deadline
) {
    constexpr auto doing = "asking for a topic's settings";
    const queue_handle answers{rd_kafka_queue_new(instance_.get())};
    const config_resource about{
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
    const auto options = options_for(instance_.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, deadline);
    std::array resources{about.get()};
    rd_kafka_DescribeConfigs(
        instance_.get(), resources.data(), resources.size(), options.get(), answers.get()
    );
    const auto event = answer_from(answers.get(), doing, deadline);
    const auto code = rd_kafka_event_error(event.get());
    if (code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) {
        return std::nullopt;
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw failure::of(doing, code);
    }
    std::size_t count = 0;
    const auto* const result = rd_kafka_event_DescribeConfigs_result(event.get());
    const auto* const* const found = rd_kafka_DescribeConfigs_result_resources(result, &count);
    std::map<std::string, std::string> all;
    for (const auto* resource : std::span{found, count}) {
        if (const auto why = rd_kafka_ConfigResource_error(resource);
            why != RD_KAFKA_RESP_ERR_NO_ERROR) {
            throw failure::of(doing, why);
        }
        std::size_t entries = 0;
        const auto* const* const first = rd_kafka_ConfigResource_configs(resource, &entries);
        for (const auto* entry : std::span{first, entries}) {
            const char* value = rd_kafka_ConfigEntry_value(entry);  // null: sensitive
            all[rd_kafka_ConfigEntry_name(entry)] = value == nullptr ? "" : value;
        }
    }
    return all;
}

bool admin::ensure(const topic_wanted& wanted, milliseconds deadline) {
    const auto until = steady::now() + deadline;
    const bool created = !describe(wanted.name, deadline) && create(wanted, left_of(until));
    for (;;) {
        const auto found = describe(wanted.name, left_of(until));
        if (found && found->has_leaders) {
            return created;
        }
        if (left_of(until) <= milliseconds{0}) {
            throw failure::of(
                "waiting for the new topic " + wanted.name, RD_KAFKA_RESP_ERR__TIMED_OUT
            );
        }
        std::this_thread::sleep_for(milliseconds{50});
    }
}

// False: somebody else was first.
bool admin::create(const topic_wanted& wanted, milliseconds deadline) {
    const auto doing = "creating the topic " + wanted.name;
    std::array<char, 256> why{};
    const new_topic topic{rd_kafka_NewTopic_new(
        wanted.name.c_str(), wanted.partitions, wanted.replication, why.data(), why.size()
    )};
    if (!topic) {
        throw failure(doing + ": " + why.data(), RD_KAFKA_RESP_ERR__INVALID_ARG);
    }
    for (const auto& [name, value] : wanted.config) {
        rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
    }
    const queue_handle answers{rd_kafka_queue_new(instance_.get())};
    const auto options = options_for(instance_.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS, deadline);
    std::array topics{topic.get()};
    rd_kafka_CreateTopics(
        instance_.get(), topics.data(), topics.size(), options.get(), answers.get()
    );
    const auto event = answer_from(answers.get(), doing.c_str(), deadline);
    if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw failure::of(doing, code);
    }
    std::size_t count = 0;
    const auto* const result = rd_kafka_event_CreateTopics_result(event.get());
    const auto* const* const told = rd_kafka_CreateTopics_result_topics(result, &count);
    for (const auto* each : std::span{told, count}) {
        const auto code = rd_kafka_topic_result_error(each);
        if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            return false;
        }
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            const char* text = rd_kafka_topic_result_error_string(each);
            const std::string said = text == nullptr ? rd_kafka_err2str(code) : text;
            throw failure(doing + ": " + said, code);
        }
    }
    return true;
}

}  // namespace billhook::kafka
