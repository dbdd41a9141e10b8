#include "worker/notifier/kafka_notices.hpp"

#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/messages/topics.hpp"
#include "tests/schemas/io/kafka/mock_cluster.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace billhook {
namespace {

using namespace std::chrono_literals;

const partition zero{topics::billing_notices, 0};

// Says what it is told, once each.
struct told_assignment final : assignment {
    std::deque<std::vector<assignment_change>> to_say;

    std::vector<assignment_change> changes() override {
        if (to_say.empty()) {
            return {};
        }
        auto next = std::move(to_say.front());
        to_say.pop_front();
        return next;
    }
    void announce_again(const partition&) override {}
};

struct log_of_notices {
    log_of_notices() { cluster.create_topic(topics::billing_notices, 1); }

    void fill(int first, int end) {
        kafka::producer_settings settings;
        settings.client.brokers = cluster.brokers();
        std::vector<message> all;
        for (; first < end; ++first) {
            all.push_back({topics::billing_notices, "org_1", std::to_string(first), {}});
        }
        const auto reports = kafka::kafka_publisher(settings).publish(all);
        REQUIRE(reports == std::vector<delivery>(all.size(), delivery::persisted));
    }
    [[nodiscard]] kafka::consumer_settings settings() const {
        kafka::consumer_settings made;
        made.client.brokers = cluster.brokers();
        made.group = "notifier";
        return made;
    }

    kafka::mock_cluster cluster;
};

struct reader {
    explicit reader(const log_of_notices& in) : source(in.settings(), whose) {
        whose.to_say.push_back({
            {zero, true}
        });
    }

    template <class Wanted>
    Wanted next() {
        for (int polls = 0; polls < 600; ++polls) {
            try {
                notices_polled came = source.poll(100ms);
                if (auto* wanted = std::get_if<Wanted>(&came)) {
                    return std::move(*wanted);
                }
                REQUIRE(std::holds_alternative<std::monostate>(came));
            } catch (const kafka::failure& away) {
                CHECK(away.what_helps() != kafka::remedy::bug);
            }
        }
        FAIL("it did not come");
        return {};
    }

    told_assignment whose;
    kafka_notices source;
};

}  // namespace

TEST_CASE("kafka notices: reads from the first and again from what was settled") {
    log_of_notices in;
    in.fill(0, 5);
    {
        reader first(in);
        const auto began = first.next<notices_begin>();
        CHECK(began.of == zero);
        CHECK(began.offset == 0);
        CHECK(began.skipped == 0);
        for (int each = 0; each < 5; ++each) {
            const auto record = first.next<notice_record>();
            CHECK(record.offset == each);
            CHECK(record.value == std::to_string(each));
        }
        first.source.settled_to(zero, 3);
        // Told without waiting: somebody else sees it a moment later.
        std::int64_t from = 0;
        for (int tries = 0; tries < 100 && from != 3; ++tries) {
            static_cast<void>(first.source.poll(50ms));
            reader other(in);
            from = other.next<notices_begin>().offset;
        }
        CHECK(from == 3);
    }
    reader second(in);
    CHECK(second.next<notices_begin>().offset == 3);
    CHECK(second.next<notice_record>().value == "3");
}

TEST_CASE("kafka notices: nothing of a partition that went comes any more") {
    log_of_notices in;
    in.fill(0, 5);
    reader one(in);
    static_cast<void>(one.next<notices_begin>());
    static_cast<void>(one.next<notice_record>());
    one.whose.to_say.push_back({
        {zero, false}
    });
    CHECK(one.next<notices_end>().of == zero);
    for (int polls = 0; polls < 5; ++polls) {
        CHECK(std::holds_alternative<std::monostate>(one.source.poll(20ms)));
    }
    one.whose.to_say.push_back({
        {zero, true}
    });
    CHECK(one.next<notices_begin>().offset == 0);
    CHECK(one.next<notice_record>().offset == 0);
}

TEST_CASE("kafka notices: a topic that is gone for a while is only waited for") {
    log_of_notices in;
    in.fill(0, 2);
    in.cluster.set_topic_error(
        topics::billing_notices, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, 1'000
    );
    reader one(in);
    CHECK_THROWS_AS(static_cast<void>(one.source.poll(20ms)), kafka::failure);
    in.cluster.set_topic_error(topics::billing_notices, RD_KAFKA_RESP_ERR_NO_ERROR);
    CHECK(one.next<notices_begin>().offset == 0);
    CHECK(one.next<notice_record>().value == "0");
}

}  // namespace billhook
