#include "tests/builders/kafka/topic.hpp"

#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/types/assert.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <random>
#include <unistd.h>

namespace billhook::builders {

namespace {

using namespace std::chrono_literals;

constexpr const char* variable = "BILLHOOK_TEST_KAFKA_BROKERS";

}  // namespace

topic::topic(std::int32_t partitions) : partitions_(partitions) {
    const char* const brokers = std::getenv(variable);
    if (brokers == nullptr || *brokers == '\0') {
        std::printf("SKIPPED: %s is not set\n", variable);
        return;
    }
    client_.brokers = brokers;
    name_ = fmt::format("billhook.test.{}.{}", ::getpid(), std::random_device{}());
    kafka::topic_wanted wanted;
    wanted.name = name_;
    wanted.partitions = partitions;
    wanted.config = {
        {"retention.ms",      "-1"     },
        {"retention.bytes",   "-1"     },
        {"max.message.bytes", "2097152"}
    };
    BILLHOOK_ASSERT(kafka::admin(client_).ensure(wanted, 30s));
}

void topic::publish(std::vector<message> all) const {
    for (message& each : all) {
        each.topic = name_;
    }
    kafka::producer_settings settings;
    settings.client = client_;
    settings.message_timeout = 30s;
    const auto reports = kafka::kafka_publisher(settings).publish(all);
    BILLHOOK_ASSERT(std::ranges::all_of(reports, [](delivery each) {
        return each == delivery::persisted;
    }));
}

}  // namespace billhook::builders
