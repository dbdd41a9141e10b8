// Against librdkafka's broker in the test process: what reports mean, not whether Kafka keeps its
// word.
#include "ingest/gateway/kafka_event_log.hpp"

#include "tests/schemas/io/kafka/mock_cluster.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <optional>
#include <string>

namespace billhook {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds long_enough{30'000};

struct fixture {
    fixture() { cluster.create_topic("stripe.events", 1); }

    kafka::mock_cluster cluster;
    limits bounds = limits_from({});
    admission admitted{bounds};
    boost::asio::io_context io;

    [[nodiscard]] kafka::producer_settings settings() const {
        kafka::producer_settings made;
        made.client.brokers = cluster.brokers();
        return made;
    }
    [[nodiscard]] reservation held(std::size_t bytes) {
        auto made = admitted.verified().ask(bytes, io.get_executor());
        REQUIRE(made.is_in());
        return made;
    }
    delivery append(kafka_event_log& to, std::string body, std::chrono::milliseconds deadline) {
        record what;
        what.key = "cus_1";
        auto bytes = held(body.size());
        what.body = std::move(body);
        std::optional<delivery> told;
        boost::asio::co_spawn(
            io,
            to.append(std::move(what), std::move(bytes), deadline),
            [&](std::exception_ptr failure, delivery came) {
                CHECK(failure == nullptr);
                told = came;
            }
        );
        while (!told) {
            io.run_one();
        }
        return *told;
    }
    delivery append_until_persisted(kafka_event_log& to) {
        auto last = delivery::unknown;
        for (int tries = 0; tries < 300 && last != delivery::persisted; ++tries) {
            last = append(to, "again", long_enough);
            if (last != delivery::persisted) {
                io.run_for(50ms);
            }
        }
        return last;
    }
    bool nothing_in_flight() {
        for (int tries = 0; tries < 600 && admitted.bytes_in_flight() > 0; ++tries) {
            io.run_for(50ms);
        }
        return admitted.bytes_in_flight() == 0;
    }
};

TEST_CASE_FIXTURE(
    fixture,
    "kafka event log: a report that says persisted is what appends wait for"
) {
    kafka_event_log log{io, settings(), "stripe.events"};
    log.start();
    for (int i = 0; i < 20; ++i) {
        REQUIRE(append(log, std::string(1000, 'x'), long_enough) == delivery::persisted);
    }
    REQUIRE(append(log, "", long_enough) == delivery::persisted);
    CHECK(admitted.bytes_in_flight() == 0);
    CHECK(log.stop(long_enough));
}

TEST_CASE_FIXTURE(fixture, "kafka event log: what the broker refuses is not persisted") {
    kafka_event_log log{io, settings(), "stripe.events"};
    log.start();
    cluster.refuse_produce({RD_KAFKA_RESP_ERR_POLICY_VIOLATION});
    CHECK(append(log, "body", long_enough) == delivery::refused);
    CHECK(append_until_persisted(log) == delivery::persisted);
}

TEST_CASE_FIXTURE(fixture, "kafka event log: what cannot be queued is refused and not counted") {
    kafka_event_log log{io, settings(), "stripe.events"};
    log.start();
    CHECK(append(log, std::string(3 * 1024 * 1024, 'x'), long_enough) == delivery::refused);
    CHECK(admitted.bytes_in_flight() == 0);
}

TEST_CASE_FIXTURE(
    fixture,
    "kafka event log: after the deadline nothing is known and bytes count on"
) {
    kafka_event_log log{io, settings(), "stripe.events"};
    log.start();
    REQUIRE(append(log, "first", long_enough) == delivery::persisted);
    cluster.set_down(true);
    CHECK(append(log, "late", 200ms) == delivery::unknown);
    CHECK(admitted.bytes_in_flight() == 4);
    cluster.set_down(false);
    CHECK(nothing_in_flight());
    CHECK(append(log, "after", long_enough) == delivery::persisted);
}

TEST_CASE_FIXTURE(
    fixture,
    "kafka event log: after a fatal error the next producer persists again"
) {
    kafka_event_log log{io, settings(), "stripe.events"};
    log.start();
    REQUIRE(append(log, "first", long_enough) == delivery::persisted);
    cluster.refuse_produce({RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
    CHECK(append(log, "fatal", long_enough) != delivery::persisted);
    CHECK(append_until_persisted(log) == delivery::persisted);
    CHECK(log.replacements() == 1);
    CHECK(nothing_in_flight());
}

TEST_CASE_FIXTURE(fixture, "kafka event log: a stop flushes what nobody waits for any more") {
    kafka_event_log log{io, settings(), "stripe.events"};
    log.start();
    CHECK(append(log, "left behind", 0ms) == delivery::unknown);
    CHECK(admitted.bytes_in_flight() > 0);
    CHECK(log.stop(long_enough));
    CHECK(admitted.bytes_in_flight() == 0);
    io.run_for(5s);
    CHECK(io.stopped());  // out of work
}

TEST_CASE_FIXTURE(fixture, "kafka event log: it says why a broker that is away does not answer") {
    kafka_event_log log{io, settings(), "stripe.events"};
    log.start();
    REQUIRE(append(log, "first", long_enough) == delivery::persisted);
    cluster.set_down(true);
    for (int tries = 0; tries < 600 && log.ready(); ++tries) {
        io.run_for(50ms);
    }
    CHECK_FALSE(log.last_error().empty());
    cluster.set_down(false);
    for (int tries = 0; tries < 600 && !log.last_error().empty(); ++tries) {
        io.run_for(50ms);
    }
    CHECK(log.last_error().empty());
}

TEST_CASE_FIXTURE(fixture, "kafka event log: it is ready when a broker answers") {
    kafka_event_log log{io, settings(), "stripe.events"};
    log.start();
    for (int tries = 0; tries < 600 && !log.ready(); ++tries) {
        io.run_for(50ms);
    }
    CHECK(log.ready());
}

}  // namespace
}  // namespace billhook
