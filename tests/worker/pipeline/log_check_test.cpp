#include "worker/pipeline/log_check.hpp"

#include "schemas/io/kafka/kafka_publisher.hpp"
#include "tests/schemas/io/kafka/mock_cluster.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("log check: tells a log that goes on from one that is another") {
    kafka::mock_cluster cluster;
    cluster.create_topic("stripe.events", 1);
    kafka::client_settings client;
    client.brokers = cluster.brokers();
    kafka::producer_settings settings;
    settings.client = client;
    kafka::kafka_publisher into(settings);
    std::vector<message> all;
    for (const char* const body : {"one", "two", "three"}) {
        all.push_back({"stripe.events", "key", body, {}});
    }
    REQUIRE(into.publish(all) == std::vector<delivery>(all.size(), delivery::persisted));
    kafka::inspector log(client);
    const partition which{"stripe.events", 0};
    const auto second = fingerprint_at(log, which, 1, 10s);
    REQUIRE(second);
    CHECK(second != fingerprint_at(log, which, 2, 10s));
    CHECK(!fingerprint_at(log, which, 3, 10s));
    struct row {
        const char* name;
        std::int64_t next_offset;
        std::optional<std::string> fingerprint;
        log_state state;
    };
    const row rows[] = {
        {"nothing read yet", 0, std::nullopt, log_state::continues},
        {"the record that was read", 2, second, log_state::continues},
        {"none was remembered", 2, std::nullopt, log_state::continues},
        {"another record", 3, second, log_state::is_another},
        {"another record in the middle", 1, second, log_state::is_another},
        {"more was read than there is", 4, second, log_state::ends_earlier},
        {"all that there is was read", 3, fingerprint_at(log, which, 2, 10s), log_state::continues},
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        const log_look found = look_at_log(log, which, each.next_offset, each.fingerprint, 10s);
        CHECK(found.state == each.state);
        CHECK(found.ends.high == 3);
        CHECK(!to_word(found.state).empty());
    }
}

TEST_CASE("fingerprint: of bytes and time and the same for ever") {
    const instant at = from_unix_seconds(1'700'000'000);
    CHECK(fingerprint_of("body", at).size() == 16);
    CHECK(fingerprint_of("body", at) == fingerprint_of("body", at));
    CHECK(fingerprint_of("body", at) != fingerprint_of("bodz", at));
    CHECK(fingerprint_of("body", at) != fingerprint_of("body", at + 1ms));
    CHECK(fingerprint_of("", at) != fingerprint_of(std::string(1, '\0'), at));
    CHECK(fingerprint_of("12345678", at) != fingerprint_of("123456780", at));
}

}  // namespace billhook
