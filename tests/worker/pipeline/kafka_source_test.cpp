#include "worker/pipeline/kafka_source.hpp"

#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/messages/topics.hpp"
#include "tests/schemas/io/kafka/mock_cluster.hpp"
#include "tests/simulation/sim_opener.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace billhook {
namespace {

using namespace std::chrono_literals;
using simulation::faults;
using simulation::sim_database;

constexpr std::int32_t partitions = 2;
constexpr const char* topic = topics::stripe_events;

// A log and the rows of a database; whoever reads is a `reader`.
struct world {
    world() : database(partitions) { cluster.create_topic(topic, partitions); }

    // Records with the bodies "0", "1" ...; their keys decide on the partition.
    void fill(int first, int end) {
        kafka::producer_settings settings;
        settings.client.brokers = cluster.brokers();
        std::vector<message> all;
        for (int at = first; at < end; ++at) {
            const std::string number = std::to_string(at);
            all.push_back({topic, "key_" + number, number, {{"event-id", "evt_" + number}}});
        }
        const auto reports = kafka::kafka_publisher(settings).publish(all);
        REQUIRE(reports == std::vector<delivery>(all.size(), delivery::persisted));
    }

    kafka::mock_cluster cluster;
    sim_database database;
};

struct reader {
    reader(world& in, const std::string& name, std::size_t records = 500)
        : postgres(simulation::sim_session<ledger, leases>(in.database, weather, name)),
          whose(
              {.holder = name,
               .topic = topic,
               .partitions = partitions,
               // A round is due after a fifth of that. Each moves the clock of the rows by a
               // millisecond or two, so that who does not poll keeps its lease for hundreds of the
               // others' rounds.
               .span = 500ms},
              [this]() -> leases& { return postgres.get<leases>(); }
          ),
          source(settings(in, records), whose) {
        postgres.open();
    }

    static source_settings settings(const world& in, std::size_t records) {
        source_settings from{.kafka = {}, .topic = topic};
        from.kafka.client.brokers = in.cluster.brokers();
        from.limits.records = records;
        from.limits.linger = 5ms;
        from.limits.absence = 200ms;
        return from;
    }

    // Polls until something of this kind comes; everything else is an error, but silence.
    template <class Wanted>
    Wanted next() {
        for (int polls = 0; polls < 3'000; ++polls) {
            polled came = source.poll(20ms);
            if (auto* wanted = std::get_if<Wanted>(&came)) {
                return std::move(*wanted);
            }
            REQUIRE(std::holds_alternative<std::monostate>(came));
        }
        FAIL("it did not come");
        return {};
    }
    // Takes over and starts what comes next; returns its number.
    std::int32_t begin_next() {
        const partition which = next<assigned>().which;
        source.start(postgres.get<ledger>().take_over(which));
        return which.number;
    }
    // Reads so many records, in batches.
    std::multiset<std::string> bodies(std::size_t count) {
        std::multiset<std::string> all;
        while (all.size() < count) {
            for (const raw_record& each : next<batch>().records) {
                all.insert(each.what.body);
            }
        }
        return all;
    }

    faults weather;
    consumer_session postgres;
    leased_assignment whose;
    kafka_source source;
};

std::multiset<std::string> numbers(int first, int end) {
    std::multiset<std::string> all;
    for (; first < end; ++first) {
        all.insert(std::to_string(first));
    }
    return all;
}

}  // namespace

TEST_CASE("kafka source: a lone reader gets every partition and every record once") {
    world in;
    in.fill(0, 100);
    reader one(in, "a");
    CHECK(std::set{one.begin_next(), one.begin_next()} == std::set{0, 1});
    CHECK(one.bodies(100) == numbers(0, 100));
    in.fill(100, 120);
    CHECK(one.bodies(20) == numbers(100, 120));
    CHECK(one.source.end_of({topic, 0}) + one.source.end_of({topic, 1}) == 120);
}

TEST_CASE("kafka source: a batch is consecutive records of one partition under its claim") {
    world in;
    in.fill(0, 60);
    reader one(in, "a", 7);
    one.begin_next();
    one.begin_next();
    std::map<std::int32_t, std::int64_t> next;
    for (std::int64_t seen = 0; seen < 60;) {
        const batch came = one.next<batch>();
        CHECK(came.records.size() <= 7);
        REQUIRE_FALSE(came.records.empty());
        for (const raw_record& each : came.records) {
            CHECK(each.offset == next[came.under.of.number]++);
            CHECK(each.what.event_id == "evt_" + each.what.body);
            CHECK(each.fingerprint.size() == 16);
            ++seen;
        }
    }
}

TEST_CASE("kafka source: it goes on behind the last passed record if that is the same one") {
    world in;
    in.fill(0, 40);
    std::map<partition, std::vector<raw_record>> all;
    {
        reader one(in, "a");
        one.begin_next();
        one.begin_next();
        for (std::size_t seen = 0; seen < 40;) {
            const batch came = one.next<batch>();
            seen += came.records.size();
            auto& of = all[came.under.of];
            of.insert(of.end(), came.records.begin(), came.records.end());
        }
        one.postgres.get<leases>().leave();
    }
    const auto& [which, read] = *all.begin();
    REQUIRE(read.size() > 2);
    struct row {
        const char* name;
        std::int64_t next_offset;
        std::optional<std::string> fingerprint;
        bool starts;
    };
    const row rows[] = {
        {"the record that was read",     2,     read[1].fingerprint, true },
        {"another record",               2,     read[0].fingerprint, false},
        {"behind the end",               5'000, read[1].fingerprint, false},
        {"nothing was ever passed here", 0,     std::nullopt,        true },
    };
    for (const row& row : rows) {
        CAPTURE(row.name);
        reader again(in, "b");
        claim from = again.postgres.get<ledger>().take_over(which);
        from.next_offset = row.next_offset;
        from.fingerprint = row.fingerprint;
        bool diverged = false;
        try {
            again.source.start(from);
        } catch (const log_diverged& thrown) {
            diverged = true;
            CHECK(thrown.which == which);
        }
        CHECK(diverged != row.starts);
        if (row.starts) {
            bool came = false;
            for (int polls = 0; polls < 3'000 && !came; ++polls) {
                polled next = again.source.poll(20ms);
                if (const auto* records = std::get_if<batch>(&next)) {
                    came = true;
                    CHECK(records->records.front().offset == row.next_offset);
                }
            }
            CHECK(came);
        }
        again.postgres.get<leases>().leave();
    }
}

TEST_CASE("kafka source: a second reader gets its share from the first one") {
    world in;
    in.fill(0, 30);
    reader first(in, "a");
    first.begin_next();
    first.begin_next();
    CHECK(first.bodies(30) == numbers(0, 30));
    reader second(in, "b");
    static_cast<void>(second.source.poll(1ms));  // says that it is there
    const partition given = first.next<revoked>().which;
    CHECK(second.begin_next() == given.number);
    // Claims are not moved here, so the newcomer reads its partition from the beginning.
    const auto again = second.next<batch>();
    CHECK(again.under.of == given);
    CHECK(again.under.epoch == 2);
}

TEST_CASE("kafka source: a lease that another took ends the reading of its partition") {
    world in;
    in.fill(0, 30);
    reader one(in, "a");
    one.begin_next();
    one.begin_next();
    CHECK(one.bodies(30) == numbers(0, 30));
    const partition lost{topic, 1};
    in.database.leases[lease_name(lost)] = {"b", in.database.now + std::chrono::hours{1}};
    in.database.leases[presence_prefix + std::string("b")] = {
        "b", in.database.now + std::chrono::hours{1}};
    CHECK(one.next<revoked>().which == lost);
    in.fill(30, 60);
    const auto rest = one.next<batch>();
    CHECK(rest.under.of.number == 0);
}

TEST_CASE("kafka source: what was dropped is announced again while it is ours") {
    world in;
    in.fill(0, 20);
    reader one(in, "a");
    one.begin_next();
    one.begin_next();
    CHECK(one.bodies(20) == numbers(0, 20));
    one.source.drop({topic, 0});
    CHECK(one.begin_next() == 0);
    const auto again = one.next<batch>();
    CHECK(again.under.of.number == 0);
    CHECK(again.records.front().offset == 0);
}

TEST_CASE("kafka source: it reads on when the broker was away") {
    world in;
    in.fill(0, 20);
    reader one(in, "a");
    one.begin_next();
    one.begin_next();
    CHECK(one.bodies(20) == numbers(0, 20));
    in.cluster.set_down(true);
    // Whether the trouble is seen already or not: it may fail, and must not lie.
    for (int polls = 0; polls < 3; ++polls) {
        try {
            CHECK(std::holds_alternative<std::monostate>(one.source.poll(20ms)));
        } catch (const kafka::failure& away) {
            CHECK(away.retryable());
        }
    }
    in.cluster.set_down(false);
    in.fill(20, 40);
    std::multiset<std::string> rest;
    for (int polls = 0; polls < 3'000 && rest.size() < 20; ++polls) {
        try {
            polled came = one.source.poll(20ms);
            if (const auto* records = std::get_if<batch>(&came)) {
                for (const raw_record& each : records->records) {
                    rest.insert(each.what.body);
                }
            }
        } catch (const kafka::failure& away) {
            CHECK(away.retryable());
        }
    }
    CHECK(rest == numbers(20, 40));
}

TEST_CASE(
    "kafka source: a topic that is gone is a failure first and then stands still and comes back"
) {
    world in;
    in.fill(0, 20);
    reader one(in, "a");
    const partition which{topic, one.begin_next()};
    one.begin_next();
    CHECK(one.bodies(20) == numbers(0, 20));
    in.cluster.set_topic_error(topic, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, 1'000);
    try {
        static_cast<void>(one.source.end_of(which));
        FAIL("it is there");
    } catch (const kafka::failure& why) {
        CHECK(why.what_helps() == kafka::remedy::absent);
    }
    const auto missing = [&] {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (std::chrono::steady_clock::now() < until) {
            try {
                static_cast<void>(one.source.end_of(which));
                return false;
            } catch (const log_missing& gone) {
                return gone.which == which;
            } catch (const kafka::failure&) {
            }
        }
        return false;
    };
    CHECK(missing());
    const claim again = one.postgres.get<ledger>().take_over(which);
    CHECK_THROWS_AS(one.source.start(again), log_missing);
    in.cluster.set_topic_error(topic, RD_KAFKA_RESP_ERR_NO_ERROR);
    one.source.start(again);
    CHECK(one.source.end_of(which) > 0);
    CHECK(one.next<batch>().under.of == which);
}

TEST_CASE("kafka source: a fingerprint tells bytes and times apart and never changes") {
    const instant at = from_unix_seconds(1'700'000'000);
    CHECK(fingerprint_of("", instant{}) == fingerprint_of("", instant{}));
    std::set<std::string> all;
    for (const std::string& body :
         std::vector<std::string>{"", "a", "b", "12345678", "123456789", std::string(1, '\0')}) {
        all.insert(fingerprint_of(body, at));
        all.insert(fingerprint_of(body, at + std::chrono::milliseconds{1}));
    }
    CHECK(all.size() == 12);
    CHECK(fingerprint_of("123456789", at) == "9b79007481336d50");
}

}  // namespace billhook
