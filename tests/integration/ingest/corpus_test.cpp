// Recorded events through the whole gateway into a real broker (BILLHOOK_TEST_KAFKA_BROKERS) and
// out of it again, byte for byte.
#include "tests/builders/corpus.hpp"

#include "schemas/io/kafka/consumer.hpp"
#include "schemas/messages/record.hpp"
#include "tests/builders/kafka/topic.hpp"
#include "tests/ingest/server/raw_client.hpp"
#include "tests/ingest/server/raw_rows.hpp"
#include "tests/ingest/server/served.hpp"
#include "tests/integration/ingest/running_gateway.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace billhook::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::int32_t partitions = 3;

std::vector<std::string> corpus_bodies() {
    std::vector<std::string> bodies;
    for (const char* folder : {".", "edge", "malformed"}) {
        for (const auto& file : builders::corpus_files(folder)) {
            bodies.push_back(builders::contents(file));
        }
    }
    return bodies;
}

// All records of the topic, with their headers read.
std::vector<record> records_of(const builders::topic& topic, std::size_t least) {
    kafka::consumer_settings settings;
    settings.client = topic.client();
    settings.partition_end = true;
    kafka::consumer reader(settings);
    std::vector<kafka::position> from;
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
        from.push_back({topic.name(), partition, 0});
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
    const auto bodies = corpus_bodies();
    const builders::topic topic(partitions);
    if (!topic.usable() || bodies.empty()) {
        return;
    }
    std::map<std::string, int> sent;
    {
        running_gateway gateway{topic.client().brokers, topic.name()};
        REQUIRE(gateway.ready());
        post_all(gateway.port(), bodies);
    }
    for (const std::string& body : bodies) {
        ++sent[body];
    }
    std::map<std::string, int> found;
    for (const auto& each : records_of(topic, bodies.size())) {
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
    const builders::topic topic(partitions);
    if (!topic.usable()) {
        return;
    }
    {
        running_gateway gateway{topic.client().brokers, topic.name()};
        REQUIRE(gateway.ready());
        raw_client forger{gateway.port()};  // his connection is closed
        auto changed = signed_post("{}");
        changed.back() = ']';
        forger.send(changed);
        CHECK(forger.receive().status == 400);
        raw_client client{gateway.port()};
        client.send(signed_post(""));
        CHECK(client.receive().status == 200);
        client.send(signed_post(std::string(1024 * 1024, 'x')));
        CHECK(client.receive().status == 200);
        client.send(signed_post(std::string(1024 * 1024 + 1, 'x')));
        CHECK(client.receive().status == 413);
    }
    const auto found = records_of(topic, 2);
    REQUIRE(found.size() == 2);
    CHECK(found[0].body.size() + found[1].body.size() == 1024 * 1024);
}

TEST_CASE("gateway and broker: after raw requests the topic has a record for each answer of 200") {
    const builders::topic topic(partitions);
    if (!topic.usable()) {
        return;
    }
    auto plan = plan_of(topic.client().brokers, topic.name(), 2);
    plan.bounds = raw_bounds();
    plan.endpoints = [] {
        auto all = test_endpoints();
        all.front().tolerance = std::chrono::years{1'000};  // the rows are signed in 2023
        return all;
    };
    std::size_t answered = 0;
    {
        running_gateway gateway{plan};
        REQUIRE(gateway.ready());
        for (const auto& rows : {header_rows(), smuggling_rows(), body_rows(), grammar_rows()}) {
            for (const auto& row : rows) {
                answered += converse(gateway.port(), row);
            }
        }
    }
    CHECK(records_of(topic, answered).size() == answered);
}

}  // namespace
}  // namespace billhook::testing
