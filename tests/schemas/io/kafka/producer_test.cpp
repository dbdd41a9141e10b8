#include "schemas/io/kafka/producer.hpp"

#include "tests/schemas/io/kafka/mock_cluster.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <poll.h>
#include <string>
#include <thread>
#include <vector>

namespace billhook::kafka {
namespace {

using namespace std::chrono_literals;

struct fixture {
    fixture() { cluster.create_topic("events", 4); }

    // What the waiters are told, in order of the reports.
    std::vector<delivery> told;
    mock_cluster cluster;

    class teller final : public report_waiter {
    public:
        explicit teller(std::vector<delivery>& into) : into_(into) {}
        void reported(delivery what) noexcept override { into_.push_back(what); }

    private:
        std::vector<delivery>& into_;
    };

    [[nodiscard]] producer_settings settings() const {
        producer_settings made;
        made.client.brokers = cluster.brokers();
        return made;
    }
    [[nodiscard]] static message some(std::string value, std::string key = "cus_1") {
        return {"events", std::move(key), std::move(value), {{"event-id", "evt_1"}}};
    }
    std::optional<produce_refusal> produce(producer& with, message what) {
        std::unique_ptr<report_waiter> who = std::make_unique<teller>(told);
        return with.produce(std::move(what), std::move(who));
    }
    // Produces until the producer takes it again, as after a replacement.
    bool produce_soon(producer& with, const std::string& value) {
        for (int tries = 0; tries < 600; ++tries) {
            if (!produce(with, some(value))) {
                return true;
            }
            with.drain(50ms);
        }
        return false;
    }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "producer: every message is reported persisted") {
    producer with(settings());
    for (int at = 0; at < 100; ++at) {
        REQUIRE_FALSE(produce(with, some("body", "cus_" + std::to_string(at))).has_value());
    }
    CHECK(with.bytes_in_flight() > 0);
    CHECK(with.flush(30s));
    CHECK(told == std::vector<delivery>(100, delivery::persisted));
    CHECK(with.bytes_in_flight() == 0);
    CHECK(with.messages_in_flight() == 0);
    CHECK(with.healthy());
}

TEST_CASE_FIXTURE(fixture, "producer: reports make the descriptor readable") {
    producer with(settings());
    REQUIRE_FALSE(produce(with, some("body")).has_value());
    while (told.empty()) {
        pollfd waiting{with.descriptor(), POLLIN, 0};
        REQUIRE(::poll(&waiting, 1, 30'000) == 1);
        with.drain();
    }
    CHECK(told == std::vector{delivery::persisted});
}

TEST_CASE_FIXTURE(fixture, "producer: what the broker refuses for good is reported refused") {
    cluster.refuse_produce({RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
    producer with(settings());
    REQUIRE_FALSE(produce(with, some("body")).has_value());
    CHECK(with.flush(30s));
    CHECK(told == std::vector{delivery::refused});
}

TEST_CASE_FIXTURE(fixture, "producer: what the broker refuses for now is persisted in the end") {
    cluster.refuse_produce(
        {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION}
    );
    producer with(settings());
    REQUIRE_FALSE(produce(with, some("body")).has_value());
    CHECK(with.flush(30s));
    CHECK(told == std::vector{delivery::persisted});
}

TEST_CASE_FIXTURE(fixture, "producer: a message over the limit is refused and stays the caller's") {
    producer with(settings());
    auto large = some(std::string(3 * 1024 * 1024, 'x'));
    std::unique_ptr<report_waiter> who = std::make_unique<teller>(told);
    CHECK(with.produce(std::move(large), std::move(who)) == produce_refusal::too_large);
    CHECK(who != nullptr);
    CHECK(large.value.size() == 3 * 1024 * 1024);
    CHECK(with.bytes_in_flight() == 0);
    CHECK(told.empty());
}

TEST_CASE_FIXTURE(fixture, "producer: a full queue refuses and the bytes in flight tell why") {
    cluster.set_down(true);
    auto small = settings();
    small.queue_kib = 1024;
    producer with(small);
    const std::string body(256 * 1024, 'x');
    std::optional<produce_refusal> refusal;
    for (int at = 0; at < 10 && !refusal; ++at) {
        refusal = produce(with, some(body));
    }
    CHECK(refusal == produce_refusal::queue_full);
    CHECK(with.bytes_in_flight() >= 768 * 1024);
    CHECK_FALSE(with.flush(10ms));
}

TEST_CASE_FIXTURE(fixture, "producer: after a fatal error a new instance takes over") {
    // Idempotent: an out-of-order sequence ends the instance.
    cluster.refuse_produce({RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
    producer with(settings());
    REQUIRE_FALSE(produce(with, some("lost?")).has_value());
    CHECK(with.flush(30s));
    REQUIRE(told.size() == 1);
    CHECK(told[0] == delivery::unknown);

    REQUIRE(produce_soon(with, "after"));
    CHECK(with.flush(30s));
    CHECK(told.back() == delivery::persisted);
    CHECK(with.replacements() == 1);
    CHECK(with.healthy());
}

TEST_CASE_FIXTURE(fixture, "producer: what is in flight at the end is reported all the same") {
    cluster.set_down(true);
    {
        producer with(settings());
        REQUIRE_FALSE(produce(with, some("body")).has_value());
        CHECK(told.empty());
    }
    REQUIRE(told.size() == 1);
    CHECK(told[0] != delivery::persisted);
}

TEST_CASE_FIXTURE(fixture, "producer: a broker that answers is reachable") {
    producer with(settings());
    for (int tries = 0; tries < 600 && !with.reachable(); ++tries) {
        std::this_thread::sleep_for(50ms);
    }
    CHECK(with.reachable());
    producer_settings nowhere;
    nowhere.client.brokers = "127.0.0.1:1";
    const producer lost(nowhere);
    CHECK_FALSE(lost.reachable());
}

TEST_CASE("producer: refused settings are named without their value") {
    producer_settings wrong;
    wrong.client.brokers = "127.0.0.1:1";
    wrong.client.security_protocol = "hunter2";
    try {
        const producer never(wrong);
        FAIL("no failure");
    } catch (const failure& why) {
        CHECK(std::string{why.what()} == "kafka setting is refused: security.protocol");
        CHECK_FALSE(why.retryable());
    }
}

}  // namespace billhook::kafka
