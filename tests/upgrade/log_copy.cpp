// billhook-log: a topic as a file and back, for the test of the upgrade.
//   billhook-log BROKERS dump TOPIC > FILE    every record, a line of JSON each, in order of
//   (partition, offset) billhook-log BROKERS load TOPIC < FILE    the same records at the same
//   offsets of a new topic
// Keys, values and headers must be UTF-8 without NUL, as Billhook's own are.

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/consumer.hpp"
#include "schemas/io/kafka/handles.hpp"
#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace billhook;

constexpr std::chrono::seconds patience{30};
constexpr int patience_ms = 30'000;

std::vector<kafka::position> beginnings(const kafka::client_settings& where, const char* topic) {
    const auto cluster = kafka::make_instance(RD_KAFKA_PRODUCER, kafka::admin_configuration(where));
    const struct rd_kafka_metadata* raw = nullptr;
    rd_kafka_topic_t* const handle = rd_kafka_topic_new(cluster.get(), topic, nullptr);
    const auto code = rd_kafka_metadata(cluster.get(), 0, handle, &raw, patience_ms);
    rd_kafka_topic_destroy(handle);
    const kafka::metadata_handle found(raw);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || found->topic_cnt != 1) {
        throw kafka::failure("describing the topic", code);
    }
    std::vector<kafka::position> all;
    for (int at = 0; at < found->topics[0].partition_cnt; ++at) {
        all.push_back({topic, found->topics[0].partitions[at].id, 0});
    }
    return all;
}

std::string line_of(const kafka::consumed& record) {
    const auto since = record.timestamp().time_since_epoch();
    json::writer out;
    out.begin_object()
        .member("partition", std::int64_t{record.partition()})
        .member("offset", record.offset())
        .member(
            "timestamp_ms",
            std::int64_t{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()}
        )
        .member("key", record.key())
        .member("value", record.value())
        .key("headers")
        .begin_object();
    for (const auto& [name, value] : record.headers()) {
        out.member(name, value);
    }
    return out.end_object().end_object().take();
}

void dump(const kafka::client_settings& where, const char* topic) {
    kafka::consumer_settings settings;
    settings.client = where;
    settings.partition_end = true;
    kafka::consumer from(settings);
    for (const auto& beginning : beginnings(where, topic)) {
        from.assign(std::vector{beginning});
        for (bool more = true; more;) {
            const auto got = from.poll(patience);
            if (const auto* record = std::get_if<kafka::consumed>(&got)) {
                std::cout << line_of(*record) << '\n';
            } else {
                more = std::holds_alternative<kafka::trouble>(got);
            }
        }
        from.unassign(std::vector{beginning});
    }
}

void produce(rd_kafka_t* to, const char* topic, const json::value& told) {
    rd_kafka_headers_t* const headers = rd_kafka_headers_new(8);
    for (const json::value each : told.find("headers").items()) {
        const std::string_view value = each.as_string().value();
        rd_kafka_header_add(
            headers,
            each.key().data(),
            static_cast<ssize_t>(each.key().size()),
            value.data(),
            static_cast<ssize_t>(value.size())
        );
    }
    const std::string_view key = told.find("key").as_string().value();
    const std::string_view value = told.find("value").as_string().value();
    const rd_kafka_resp_err_t code = rd_kafka_producev(
        to,
        RD_KAFKA_V_TOPIC(topic),
        RD_KAFKA_V_PARTITION(static_cast<std::int32_t>(told.find("partition").as_int64().value())),
        RD_KAFKA_V_TIMESTAMP(told.find("timestamp_ms").as_int64().value()),
        RD_KAFKA_V_KEY(const_cast<char*>(key.data()), key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK),
        RD_KAFKA_V_END
    );
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw kafka::failure("producing", code);
    }
}

void load(const kafka::client_settings& where, const char* topic) {
    kafka::producer_settings settings;
    settings.client = where;
    const auto to =
        kafka::make_instance(RD_KAFKA_PRODUCER, kafka::producer_configuration(settings));
    std::size_t waiting = 0;
    for (std::string line; std::getline(std::cin, line);) {
        const auto told = json::read(line);
        if (!told || !told->root().is_object()) {
            throw std::runtime_error("a line is no record");
        }
        produce(to.get(), topic, told->root());
        ++waiting;
    }
    const kafka::queue_handle reports(rd_kafka_queue_get_main(to.get()));
    while (waiting > 0) {
        const kafka::event_handle event(rd_kafka_queue_poll(reports.get(), patience_ms));
        if (!event) {
            throw std::runtime_error("the broker did not acknowledge everything in time");
        }
        while (const auto* report = rd_kafka_event_message_next(event.get())) {
            if (report->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
                throw kafka::failure("producing", report->err);
            }
            --waiting;
        }
    }
}

}  // namespace

int main(int argc, char** argv) try {
    const std::string_view what = argc == 4 ? argv[2] : "";
    if (what != "dump" && what != "load") {
        std::fprintf(stderr, "billhook-log BROKERS dump|load TOPIC\n");
        return 2;
    }
    kafka::client_settings where;
    where.brokers = argv[1];
    what == "dump" ? dump(where, argv[3]) : load(where, argv[3]);
    return 0;
} catch (const std::exception& failed) {
    std::fprintf(stderr, "billhook-log: %s\n", failed.what());
    return 1;
}
