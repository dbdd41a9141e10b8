// Recorded events through the whole gateway into a real broker (BILLHOOK_TEST_KAFKA_BROKERS) and
// out of it again, byte for byte.
#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/consumer.hpp"
#include "schemas/messages/record.hpp"
#include "tests/ingest/server/raw_client.hpp"
#include "tests/integration/ingest/running_gateway.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

namespace billhook::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::int32_t partitions = 3;

// The brokers' address; null, and said aloud, if there are none.
const char* brokers() {
    const char* named = std::getenv("BILLHOOK_TEST_KAFKA_BROKERS");
    if (named == nullptr) {
        std::puts("SKIPPED: BILLHOOK_TEST_KAFKA_BROKERS is not set");
    }
    return named;
}

std::string topic_on(const char* named) {
    kafka::client_settings client;
    client.brokers = named;
    kafka::topic_wanted topic;
    topic.name = "billhook.ingest." + std::to_string(::getpid()) + "." +
                 std::to_string(std::random_device{}());
    topic.partitions = partitions;
    topic.config = {
        {"retention.ms",      "-1"     },
        {"max.message.bytes", "2097152"}
    };
    REQUIRE(kafka::admin(client).ensure(topic, 30s));
    return topic.name;
}

std::vector<std::string> corpus_bodies() {
    const char* const corpus = std::getenv("BILLHOOK_CORPUS");
    std::vector<std::string> bodies;
    if (corpus == nullptr || !fs::is_directory(corpus)) {
        std::puts("SKIPPED: BILLHOOK_CORPUS is not set");
        return bodies;
    }
    for (const char* folder : {"", "edge", "malformed"}) {
        for (const auto& entry : fs::directory_iterator(fs::path(corpus) / folder)) {
            if (entry.is_regular_file() && entry.path().extension() == ".json") {
                std::ifstream in(entry.path(), std::ios::binary);
                bodies.emplace_back(
                    std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()
                );
            }
        }
    }
    return bodies;
}

// All records of the topic, with their headers read.
std::vector<record> records_of(const char* named, const std::string& topic, std::size_t least) {
    kafka::consumer_settings settings;
    settings.client.brokers = named;
    settings.partition_end = true;
    kafka::consumer reader(settings);
    std::vector<kafka::position> from;
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
        from.push_back({topic, partition, 0});
    }
    reader.assign(from);
    std::vector<record> all;
    std::size_t ends = 0;
    const auto until = std::chrono::steady_clock::now() + 60s;
    while ((ends < partitions || all.size() < least) && std::chrono::steady_clock::now() < until) {
        const auto next = reader.poll(1s);
        ends += std::holds_alternative<kafka::partition_end>(next) ? 1 : 0;
        if (const auto* found = std::get_if<kafka::consumed>(&next)) {
            all.push_back(record_from(
                std::string{found->key()},
                std::string{found->value()},
                found->headers(),
                found->timestamp()
            ));
        }
    }
    return all;
}

TEST_CASE("gateway and broker: every body of the corpus comes out as it went in") {
    const char* const named = brokers();
    const auto bodies = corpus_bodies();
    if (named == nullptr || bodies.empty()) {
        return;
    }
    const auto topic = topic_on(named);
    std::map<std::string, int> sent;
    {
        running_gateway gateway{named, topic};
        REQUIRE(gateway.ready());
        // Several at a time, as Stripe would.
        std::vector<std::unique_ptr<raw_client>> clients;
        for (int i = 0; i < 16; ++i) {
            clients.push_back(std::make_unique<raw_client>(gateway.port()));
        }
        for (std::size_t at = 0; at < bodies.size(); at += clients.size()) {
            const auto count = std::min(clients.size(), bodies.size() - at);
            for (std::size_t i = 0; i < count; ++i) {
                ++sent[bodies[at + i]];
                clients[i]->send(signed_post(bodies[at + i]));
            }
            for (std::size_t i = 0; i < count; ++i) {
                REQUIRE(clients[i]->receive().status == 200);
            }
        }
    }
    std::map<std::string, int> found;
    for (const auto& each : records_of(named, topic, bodies.size())) {
        ++found[each.body];
        CHECK(each.endpoint == "main");
        CHECK(each.secret == "first");
        CHECK(each.mode == endpoint_mode::test);
        CHECK(each.source == record_source_kind::webhook);
        CHECK(each.stripe_signature.has_value());
        CHECK_FALSE(each.key.empty());
    }
    CHECK(found == sent);
}

TEST_CASE("gateway and broker: what is refused never comes to the topic") {
    const char* const named = brokers();
    if (named == nullptr) {
        return;
    }
    const auto topic = topic_on(named);
    {
        running_gateway gateway{named, topic};
        REQUIRE(gateway.ready());
        raw_client client{gateway.port()};
        auto changed = signed_post("{}");
        changed.back() = ']';
        client.send(changed);
        CHECK(client.receive().status == 400);
        client.send(signed_post(""));
        CHECK(client.receive().status == 200);
        client.send(signed_post(std::string(1024 * 1024, 'x')));
        CHECK(client.receive().status == 200);
        client.send(signed_post(std::string(1024 * 1024 + 1, 'x')));
        CHECK(client.receive().status == 413);
    }
    const auto found = records_of(named, topic, 2);
    REQUIRE(found.size() == 2);
    CHECK(found[0].body.size() + found[1].body.size() == 1024 * 1024);
}

}  // namespace
}  // namespace billhook::testing
