#include "schemas/io/kafka/consumer.hpp"

#include "schemas/io/kafka/inspector.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "tests/schemas/io/kafka/mock_cluster.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace billhook::kafka {
namespace {

using namespace std::chrono_literals;

struct fixture {
    fixture() {
        cluster.create_topic("events", 2);
        client.brokers = cluster.brokers();
    }

    mock_cluster cluster;
    client_settings client;

    // Puts numbered messages into the topic; keys decide on the partition.
    void fill(int count) {
        producer_settings settings;
        settings.client = client;
        kafka_publisher into(settings);
        std::vector<message> all;
        for (int at = 0; at < count; ++at) {
            const auto number = std::to_string(at);
            all.push_back({"events", "key_" + number, "value_" + number, {{"number", number}}});
        }
        REQUIRE(into.publish(all) == std::vector<delivery>(all.size(), delivery::persisted));
    }
    [[nodiscard]] consumer_settings settings() const {
        consumer_settings made;
        made.client = client;
        made.partition_end = true;
        return made;
    }
    // Reads until every one of so many partitions has said that it is at its end.
    static std::map<std::int32_t, std::vector<std::int64_t>> read(consumer& from, int partitions) {
        std::map<std::int32_t, std::vector<std::int64_t>> offsets;
        for (int polls = 0; polls < 10'000 && partitions > 0; ++polls) {
            const auto next = from.poll(100ms);
            if (const auto* record = std::get_if<consumed>(&next)) {
                offsets[record->partition()].push_back(record->offset());
            }
            partitions -= std::holds_alternative<partition_end>(next) ? 1 : 0;
        }
        CHECK(partitions == 0);
        return offsets;
    }
};

std::vector<std::int64_t> range(std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> made;
    for (; from < to; ++from) {
        made.push_back(from);
    }
    return made;
}

}  // namespace

TEST_CASE_FIXTURE(fixture, "consumer: partitions come and go while the others read on") {
    fill(40);
    inspector look(client);
    const auto first_end = look.end_of("events", 0, 30s);
    const auto second_end = look.end_of("events", 1, 30s);
    REQUIRE(first_end + second_end == 40);
    REQUIRE(first_end > 3);
    REQUIRE(second_end > 3);

    consumer from(settings());
    from.assign(std::vector<position>{
        {"events", 0, 0}
    });
    CHECK(
        read(from, 1) ==
        std::map<std::int32_t, std::vector<std::int64_t>>{
            {0, range(0, first_end)}
    }
    );
    from.assign(std::vector<position>{
        {"events", 1, 2}
    });
    CHECK(
        read(from, 1) ==
        std::map<std::int32_t, std::vector<std::int64_t>>{
            {1, range(2, second_end)}
    }
    );
    from.unassign(std::vector<position>{
        {"events", 0, 0}
    });
    from.assign(std::vector<position>{
        {"events", 0, 3}
    });
    CHECK(
        read(from, 1) ==
        std::map<std::int32_t, std::vector<std::int64_t>>{
            {0, range(3, first_end)}
    }
    );
}

TEST_CASE_FIXTURE(fixture, "consumer: a record has its key and value and headers and time") {
    fill(1);
    inspector look(client);
    const std::int32_t partition = look.end_of("events", 0, 30s) == 1 ? 0 : 1;
    const auto found = look.fetch({"events", partition, 0}, 30s);
    REQUIRE(found.has_value());
    CHECK(found->topic() == "events");
    CHECK(found->key() == "key_0");
    CHECK(found->value() == "value_0");
    CHECK(
        found->headers() ==
        std::vector<std::pair<std::string, std::string>>{
            {"number", "0"}
    }
    );
    CHECK(found->timestamp() > instant{});
}

TEST_CASE_FIXTURE(fixture, "consumer: an offset that is not in the log is told") {
    fill(1);
    consumer from(settings());
    from.assign(std::vector<position>{
        {"events", 0, 1'000}
    });
    CHECK_THROWS_AS(
        for (int polls = 0; polls < 600; ++polls) { static_cast<void>(from.poll(100ms)); },
        unreadable
    );
}

TEST_CASE_FIXTURE(fixture, "inspector: records outside of the watermarks are not there") {
    fill(10);
    inspector look(client);
    const auto end = look.end_of("events", 0, 30s);
    CHECK(look.watermarks_of("events", 0, 30s).low == 0);
    CHECK_FALSE(look.fetch({"events", 0, end}, 30s).has_value());
    CHECK_FALSE(look.fetch({"events", 0, end + 5}, 30s).has_value());
    for (int again = 0; again < 3; ++again) {
        const auto last = look.fetch({"events", 0, end - 1}, 30s);
        REQUIRE(last.has_value());
        CHECK(last->offset() == end - 1);
    }
}

TEST_CASE("inspector: brokers that do not answer are a failure to retry") {
    client_settings nowhere;
    nowhere.brokers = "127.0.0.1:1";
    inspector look(nowhere);
    try {
        static_cast<void>(look.end_of("events", 0, 200ms));
        FAIL("no failure");
    } catch (const failure& why) {
        CHECK(why.retryable());
    }
}

}  // namespace billhook::kafka
