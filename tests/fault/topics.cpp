// billhook-topics: a log without a database, and what an operator must never do to it, for tests
// and benches.
//   billhook-topics BROKERS create TOPIC               12 partitions that keep all
//   billhook-topics BROKERS delete TOPIC               the topic, with all its records
//   billhook-topics BROKERS cut TOPIC PARTITION OFFSET  every record below the offset

#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/handles.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace billhook;

constexpr int patience_ms = 20'000;

bool is_done(rd_kafka_queue_t* from) {
    const kafka::event_handle event(rd_kafka_queue_poll(from, patience_ms));
    if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        std::fprintf(
            stderr, "%s\n", event ? rd_kafka_event_error_string(event.get()) : "no answer"
        );
        return false;
    }
    return true;
}

void create_topic(const kafka::client_settings& where, const char* topic) {
    const kafka::topic_wanted wanted{.name = topic, .config = {{"retention.ms", "-1"}}};
    kafka::admin(where).ensure(wanted, std::chrono::milliseconds{patience_ms});
}

bool remove_topic(rd_kafka_t* cluster, const char* topic) {
    const kafka::queue_handle answers(rd_kafka_queue_new(cluster));
    std::array<rd_kafka_DeleteTopic_t*, 1> wanted{rd_kafka_DeleteTopic_new(topic)};
    rd_kafka_DeleteTopics(cluster, wanted.data(), wanted.size(), nullptr, answers.get());
    rd_kafka_DeleteTopic_destroy(wanted.front());
    return is_done(answers.get());
}

bool cut(rd_kafka_t* cluster, const char* topic, int partition, std::int64_t offset) {
    const kafka::queue_handle answers(rd_kafka_queue_new(cluster));
    const kafka::partition_list below(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(below.get(), topic, partition)->offset = offset;
    std::array<rd_kafka_DeleteRecords_t*, 1> wanted{rd_kafka_DeleteRecords_new(below.get())};
    rd_kafka_DeleteRecords(cluster, wanted.data(), wanted.size(), nullptr, answers.get());
    rd_kafka_DeleteRecords_destroy(wanted.front());
    return is_done(answers.get());
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 2 ? argv[2] : "";
    const bool has_topic_alone = what == "create" || what == "delete";
    if (!(has_topic_alone && argc == 4) && !(what == "cut" && argc == 6)) {
        std::fprintf(
            stderr, "billhook-topics BROKERS create|delete TOPIC | cut TOPIC PARTITION OFFSET\n"
        );
        return 2;
    }
    kafka::client_settings where;
    where.brokers = argv[1];
    if (what == "create") {
        create_topic(where, argv[3]);
        return 0;
    }
    const auto cluster = kafka::make_instance(RD_KAFKA_PRODUCER, kafka::admin_configuration(where));
    const bool done = what == "delete"
                          ? remove_topic(cluster.get(), argv[3])
                          : cut(cluster.get(), argv[3], std::atoi(argv[4]), std::atoll(argv[5]));
    return done ? 0 : 1;
}
