// Against a real broker: BILLHOOK_TEST_KAFKA_BROKERS names it. Every case makes topics of its own.
#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/consumer.hpp"
#include "schemas/io/kafka/inspector.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/io/kafka/preflight.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

namespace billhook::kafka {
namespace {

using namespace std::chrono_literals;

struct broker {
    broker() {
        const char* named = std::getenv("BILLHOOK_TEST_KAFKA_BROKERS");
        if (named == nullptr) {
            std::puts("SKIPPED: BILLHOOK_TEST_KAFKA_BROKERS is not set");
            return;
        }
        there = true;
        client.brokers = named;
        topic.name = "billhook.test." + std::to_string(::getpid()) + "." +
                     std::to_string(std::random_device{}());
        topic.partitions = 3;
        topic.config = {
            {"retention.ms",      "-1"     },
            {"retention.bytes",   "-1"     },
            {"max.message.bytes", "2097152"}
        };
    }

    bool there = false;
    client_settings client;
    topic_wanted topic;

    void create() { REQUIRE(admin(client).ensure(topic, 30s)); }
    [[nodiscard]] message some(std::string key, std::string value) const {
        return {
            topic.name, std::move(key), std::move(value), {{"event-id", "evt_1"}, {"empty", ""}}
        };
    }
    void publish(const std::vector<message>& all) const {
        producer_settings settings;
        settings.client = client;
        settings.message_timeout = 30s;
        kafka_publisher into(settings);
        REQUIRE(into.publish(all) == std::vector<delivery>(all.size(), delivery::persisted));
    }
    [[nodiscard]] consumer_settings reading() const {
        consumer_settings made;
        made.client = client;
        made.group = topic.name;
        made.partition_end = true;
        return made;
    }
};

std::vector<consumed> read_to_end(consumer& from, std::size_t partitions) {
    std::vector<consumed> all;
    std::size_t ends = 0;
    for (int polls = 0; polls < 100'000 && ends < partitions; ++polls) {
        auto next = from.poll(100ms);
        if (auto* record = std::get_if<consumed>(&next)) {
            all.push_back(std::move(*record));
        }
        ends += std::holds_alternative<partition_end>(next) ? 1 : 0;
    }
    REQUIRE(ends == partitions);
    return all;
}

}  // namespace

TEST_CASE_FIXTURE(broker, "kafka: a topic is created once and keeps its settings") {
    if (!there) {
        return;
    }
    admin with(client);
    with.reach(30s);
    CHECK_FALSE(with.describe(topic.name, 30s).has_value());
    const auto before = preflight(with, topic.name, 3, 30s);
    REQUIRE(before.size() == 1);
    CHECK(before[0].what == weakness::topic_missing);

    CHECK(with.ensure(topic, 30s));
    CHECK_FALSE(with.ensure(topic, 30s));
    const auto found = with.describe(topic.name, 30s);
    REQUIRE(found.has_value());
    CHECK(found->partitions == 3);
    CHECK(found->has_leaders);
    const auto config = with.config_of(topic.name, 30s);
    REQUIRE(config.has_value());
    CHECK(config->at("retention.ms") == "-1");
    CHECK(config->at("max.message.bytes") == "2097152");
    for (const auto& each : preflight(with, topic.name, 3, 30s)) {
        // What a single broker cannot have; nothing else may be found.
        const bool copies =
            each.what == weakness::replication_factor || each.what == weakness::min_insync_replicas;
        CHECK_MESSAGE(copies, each.text);
    }
}

TEST_CASE_FIXTURE(broker, "kafka: what was published is read back byte for byte") {
    if (!there) {
        return;
    }
    create();
    std::string large(1024 * 1024, '\0');
    std::minstd_rand random(7);
    for (auto& each : large) {
        each = static_cast<char>(random());
    }
    const std::vector<message> all = {
        some("cus_1", std::string{"a\0b\r\n\xFF", 6}), some("cus_1", ""), some("cus_1", large)};
    publish(all);

    consumer from(reading());
    const std::vector<position> start = {
        {topic.name, 0, 0},
        {topic.name, 1, 0},
        {topic.name, 2, 0}
    };
    from.assign(start);
    const auto read = read_to_end(from, 3);
    REQUIRE(read.size() == 3);
    for (std::size_t at = 0; at < read.size(); ++at) {
        CHECK(read[at].topic() == topic.name);
        CHECK(read[at].key() == "cus_1");
        CHECK(read[at].offset() == static_cast<std::int64_t>(at));
        CHECK((read[at].value() == all[at].value));
        CHECK(read[at].headers() == all[at].headers);
        CHECK(read[at].timestamp() > from_unix_seconds(1'700'000'000));
        // An empty body is an empty value and no tombstone.
        CHECK(read[at].value().data() != nullptr);
    }
}

TEST_CASE_FIXTURE(broker, "kafka: partitions come and go and nothing is read twice or lost") {
    if (!there) {
        return;
    }
    create();
    std::vector<message> all;
    for (int at = 0; at < 3'000; ++at) {
        all.push_back(some("cus_" + std::to_string(at), std::to_string(at)));
    }
    publish(all);
    inspector look(client);
    std::int64_t total = 0;
    for (std::int32_t partition = 0; partition < 3; ++partition) {
        total += look.end_of(topic.name, partition, 30s);
    }
    CHECK(total == 3'000);

    consumer from(reading());
    std::set<std::string> seen;
    const auto see = [&](const std::vector<consumed>& records) {
        for (const auto& each : records) {
            CHECK(seen.emplace(each.value()).second);
        }
    };
    for (std::int32_t partition = 0; partition < 3; ++partition) {
        from.assign(std::vector<position>{
            {topic.name, partition, 0}
        });
        see(read_to_end(from, 1));
    }
    CHECK(seen.size() == 3'000);

    // Given back and taken again further on, while the two others stay.
    const auto end = look.end_of(topic.name, 1, 30s);
    from.unassign(std::vector<position>{
        {topic.name, 1, 0}
    });
    from.assign(std::vector<position>{
        {topic.name, 1, end - 10}
    });
    CHECK(read_to_end(from, 1).size() == 10);
}

TEST_CASE_FIXTURE(broker, "kafka: single records are fetched and absent ones are told") {
    if (!there) {
        return;
    }
    topic.partitions = 1;
    create();
    publish({some("cus_1", "zero"), some("cus_1", "one"), some("cus_1", "two")});
    inspector look(client);
    CHECK(look.watermarks_of(topic.name, 0, 30s).low == 0);
    CHECK(look.end_of(topic.name, 0, 30s) == 3);
    const std::array values{"zero", "one", "two"};
    for (const std::int64_t offset : {2, 0, 1, 1}) {
        const auto found = look.fetch({topic.name, 0, offset}, 30s);
        REQUIRE(found.has_value());
        CHECK(found->value() == values[static_cast<std::size_t>(offset)]);
    }
    CHECK_FALSE(look.fetch({topic.name, 0, 3}, 30s).has_value());
    publish({some("cus_1", "three")});
    CHECK(look.fetch({topic.name, 0, 3}, 30s).has_value());
    CHECK_THROWS_AS(static_cast<void>(look.end_of(topic.name + ".not", 0, 5s)), failure);

    consumer beyond(reading());
    beyond.assign(std::vector<position>{
        {topic.name, 0, 1'000}
    });
    CHECK_THROWS_AS(static_cast<void>(read_to_end(beyond, 1)), unreadable);
}

TEST_CASE_FIXTURE(broker, "kafka: committed offsets are there for lag tools") {
    if (!there) {
        return;
    }
    topic.partitions = 1;
    create();
    publish({some("cus_1", "zero"), some("cus_1", "one")});
    consumer from(reading());
    from.assign(std::vector<position>{
        {topic.name, 0, 0}
    });
    CHECK(read_to_end(from, 1).size() == 2);
    from.commit(std::vector<position>{
        {topic.name, 0, 2}
    });

    const auto asking = make_instance(RD_KAFKA_CONSUMER, consumer_configuration(reading()));
    std::int64_t committed = RD_KAFKA_OFFSET_INVALID;
    for (int tries = 0; tries < 100 && committed != 2; ++tries) {
        static_cast<void>(from.poll(100ms));
        const partition_list list{rd_kafka_topic_partition_list_new(1)};
        rd_kafka_topic_partition_list_add(list.get(), topic.name.c_str(), 0);
        if (rd_kafka_committed(asking.get(), list.get(), 5'000) == RD_KAFKA_RESP_ERR_NO_ERROR) {
            committed = list->elems[0].offset;
        }
    }
    CHECK(committed == 2);
}

TEST_CASE_FIXTURE(broker, "kafka: a topic that does not exist refuses its messages") {
    if (!there) {
        return;
    }
    producer_settings settings;
    settings.client = client;
    settings.message_timeout = 2s;
    kafka_publisher into(settings);
    CHECK(into.publish(std::vector{some("cus_1", "x")}) == std::vector{delivery::refused});
}

}  // namespace billhook::kafka
