#include "schemas/io/kafka/client_settings.hpp"

#include <array>

namespace billhook::kafka {
namespace {

constexpr int fetched_bytes = 256 * 1024;  // packed, of a partition; a larger record still comes

// A refused value may be a secret, so librdkafka's own text is not repeated.
void set(const configuration& in, const char* name, const std::string& value) {
    std::array<char, 256> unused{};
    const auto answer =
        rd_kafka_conf_set(in.get(), name, value.c_str(), unused.data(), unused.size());
    if (answer != RD_KAFKA_CONF_OK) {
        const auto text = std::string{"kafka setting is refused: "} + name;
        throw failure(text, RD_KAFKA_RESP_ERR__INVALID_ARG);
    }
}

void set_unless_empty(const configuration& in, const char* name, const std::string& value) {
    if (!value.empty()) {
        set(in, name, value);
    }
}

void set(const configuration& in, const char* name, std::chrono::milliseconds value) {
    set(in, name, std::to_string(value.count()));
}

configuration common(const client_settings& from) {
    configuration made{rd_kafka_conf_new()};
    set(made, "bootstrap.servers", from.brokers);
    set_unless_empty(made, "client.id", from.client_id);
    set_unless_empty(made, "security.protocol", from.security_protocol);
    set_unless_empty(made, "sasl.mechanism", from.sasl_mechanism);
    set_unless_empty(made, "sasl.username", from.sasl_username);
    set_unless_empty(made, "sasl.password", from.sasl_password.reveal());
    set_unless_empty(made, "ssl.ca.location", from.ca_file);
    set_unless_empty(made, "ssl.certificate.location", from.certificate_file);
    set_unless_empty(made, "ssl.key.location", from.key_file);
    set_unless_empty(made, "ssl.key.password", from.key_password.reveal());
    set(made, "socket.timeout.ms", std::chrono::seconds{15});
    set(made, "socket.keepalive.enable", "true");
    set(made, "socket.nagle.disable", "true");
    set(made, "reconnect.backoff.ms", std::chrono::milliseconds{100});
    set(made, "reconnect.backoff.max.ms", std::chrono::seconds{2});
    set(made, "topic.metadata.refresh.interval.ms", std::chrono::seconds{60});
    set(made, "allow.auto.create.topics", "false");
    // Its lines would go to standard error, beside our log and unlike it.
    rd_kafka_conf_set_log_cb(made.get(), nullptr);
    return made;
}

}  // namespace

client_settings client_settings_from(const kafka_settings& told) {
    client_settings made;
    made.brokers = told.brokers;
    made.security_protocol = told.security_protocol;
    made.sasl_mechanism = told.sasl_mechanism;
    made.sasl_username = told.sasl_username;
    made.sasl_password = told.sasl_password;
    made.ca_file = told.ca_file;
    made.certificate_file = told.certificate_file;
    made.key_file = told.key_file;
    made.key_password = told.key_password;
    return made;
}

producer_settings producer_settings_from(const kafka_settings& told) {
    producer_settings made;
    made.client = client_settings_from(told);
    made.message_timeout = told.message_timeout;
    made.linger = told.linger;
    made.queue_kib = told.producer_queue_kib;
    made.compression = told.compression;
    return made;
}

consumer_settings consumer_settings_from(const kafka_settings& told) {
    consumer_settings made;
    made.client = client_settings_from(told);
    made.group = told.group;
    made.queued_kib = told.consumer_queue_kib;
    return made;
}

configuration producer_configuration(const producer_settings& from) {
    auto made = common(from.client);
    set(made, "acks", "all");
    set(made, "enable.idempotence", "true");
    set(made, "max.in.flight.requests.per.connection", "5");
    set(made, "retries", "2147483647");
    set(made, "message.timeout.ms", from.message_timeout);
    set(made, "request.timeout.ms", std::chrono::seconds{10});
    set(made, "linger.ms", from.linger);
    set(made, "batch.num.messages", "10000");
    set(made, "compression.type", from.compression);
    set(made, "queue.buffering.max.kbytes", std::to_string(from.queue_kib));
    set(made, "message.max.bytes", std::to_string(from.message_max_bytes));
    set(made, "partitioner", "murmur2_random");
    rd_kafka_conf_set_events(made.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    return made;
}

configuration consumer_configuration(const consumer_settings& from) {
    auto made = common(from.client);
    set(made, "group.id", from.group);
    set(made, "enable.auto.commit", "false");
    set(made, "enable.auto.offset.store", "false");
    set(made, "auto.offset.reset", "error");
    set(made, "isolation.level", "read_committed");
    set(made, "check.crcs", "true");
    set(made, "partition.assignment.strategy", "range");
    set(made, "session.timeout.ms", std::chrono::seconds{10});
    set(made, "heartbeat.interval.ms", std::chrono::seconds{2});
    set(made, "max.poll.interval.ms", std::chrono::seconds{60});
    set(made, "queued.max.messages.kbytes", std::to_string(from.queued_kib));
    // What a fetch brings comes on top of the queue, for each partition, and unpacked.
    set(made, "fetch.message.max.bytes", std::to_string(fetched_bytes));
    set(made, "fetch.wait.max.ms", from.fetch_wait);
    set(made, "enable.partition.eof", from.partition_end ? "true" : "false");
    return made;
}

configuration admin_configuration(const client_settings& from) {
    auto made = common(from);
    rd_kafka_conf_set_events(made.get(), RD_KAFKA_EVENT_ERROR);
    return made;
}

}  // namespace billhook::kafka
