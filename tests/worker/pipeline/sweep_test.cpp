#include "worker/pipeline/sweep.hpp"

#include "schemas/messages/record.hpp"
#include "schemas/messages/topics.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook {

namespace {

struct table final : organizations {
    void mirror(std::span<const organization_id>) override {}
    std::size_t mirror_differing(std::size_t) override { return 0; }
    std::int64_t count_unlisted() override { return 0; }
    std::vector<mapping> unmapped(std::size_t limit, const std::optional<organization_id>& after)
        override {
        std::vector<mapping> page;
        for (const mapping& each : rows) {
            if (page.size() < limit && (!after || each.organization > *after)) {
                page.push_back(each);
            }
        }
        return page;
    }
    std::vector<mapping> rows;
};

struct kafka_double final : publisher {
    std::vector<delivery> publish(std::span<const message> messages) override {
        sent.insert(sent.end(), messages.begin(), messages.end());
        return std::vector<delivery>(messages.size(), answer);
    }
    delivery answer = delivery::persisted;
    std::vector<message> sent;
};

mapping row(std::string organization, std::optional<std::string> customer) {
    mapping made;
    made.organization = organization_id{std::move(organization)};
    if (customer) {
        made.customer = customer_id{*customer};
    }
    made.created = from_unix_seconds(1'770'000'000);
    return made;
}

constexpr sweeper::steady_time start{};

}  // namespace

TEST_CASE("sweep: a row becomes one mapping record keyed by its customer else its organization") {
    table from;
    from.rows = {row("org_1", "cus_1"), row("org_2", std::nullopt)};
    kafka_double to;
    sweeper sweep(std::chrono::seconds{60});
    CHECK(sweep.pass(from, to, 500, start).published == 2);
    REQUIRE(to.sent.size() == 2);
    CHECK(to.sent[0].topic == topics::stripe_events);
    CHECK(to.sent[0].key == "cus_1");
    CHECK(to.sent[1].key == "org_2");
    const record read = record_from(to.sent[0].key, to.sent[0].value, to.sent[0].headers, {});
    CHECK(read.source == record_source_kind::mapping);
    const auto said = parse_mapping(read.body);
    REQUIRE(said.has_value());
    CHECK(said->id == mapping_id(organization_id{"org_1"}, customer_id{"cus_1"}));
    CHECK(said->created == from_unix_seconds(1'770'000'000));
}

TEST_CASE("sweep: what is on its way is not said again until it should have arrived") {
    table from;
    from.rows = {row("org_1", "cus_1")};
    kafka_double to;
    sweeper sweep(std::chrono::seconds{60});
    CHECK(sweep.pass(from, to, 500, start).published == 1);
    CHECK(sweep.pass(from, to, 500, start + std::chrono::seconds{59}).published == 0);
    CHECK(sweep.pass(from, to, 500, start + std::chrono::seconds{61}).published == 1);
}

TEST_CASE("sweep: what Kafka did not acknowledge is said again in the next pass") {
    table from;
    from.rows = {row("org_1", "cus_1")};
    kafka_double to;
    to.answer = delivery::unknown;
    sweeper sweep(std::chrono::seconds{60});
    CHECK(sweep.pass(from, to, 500, start).failed == 1);
    to.answer = delivery::persisted;
    CHECK(sweep.pass(from, to, 500, start).published == 1);
}

TEST_CASE("sweep: a row that no record can carry is never said") {
    table from;
    from.rows = {row(std::string(3000, 'x'), std::nullopt), row("org_1", std::nullopt)};
    kafka_double to;
    sweeper sweep(std::chrono::seconds{60});
    const swept result = sweep.pass(from, to, 500, start);
    CHECK(result.unfit == 1);
    CHECK(result.published == 1);
}

TEST_CASE("sweep: rows that cannot be said or are on their way hide no others") {
    table from;
    for (int number = 100; number < 130; ++number) {
        from.rows.push_back(row("a" + std::string(3000, 'x') + std::to_string(number), {}));
    }
    for (int number = 100; number < 125; ++number) {
        from.rows.push_back(row("org_" + std::to_string(number), std::nullopt));
    }
    kafka_double to;
    sweeper sweep(std::chrono::seconds{60});
    const swept first = sweep.pass(from, to, 10, start);
    CHECK(first.unfit == 30);
    CHECK(first.published == 10);
    const swept second = sweep.pass(from, to, 10, start + std::chrono::seconds{10});
    CHECK(second.unfit == 0);
    CHECK(second.published == 10);
    CHECK(sweep.pass(from, to, 10, start + std::chrono::seconds{20}).published == 5);
    CHECK(sweep.pass(from, to, 10, start + std::chrono::seconds{30}).published == 0);
}

}  // namespace billhook
