#include "worker/pipeline/relay.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "tests/simulation/sim_broker.hpp"
#include "tests/simulation/sim_opener.hpp"
#include "tests/simulation/sim_pacing.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using simulation::fault;
using simulation::faults;
using simulation::shared_pacing;
using simulation::sim_broker;
using simulation::sim_database;
using simulation::sim_publisher;

constexpr relay::limits limits{.lease = 5s, .messages = 5};

// A database with an outbox, and the broker that its messages go to.
struct post {
    sim_database database{1};
    sim_broker broker{database};
    std::vector<std::int64_t> put_ids;

    void put(const std::string& key) { put(database.next_outbox_id++, key); }
    void put(std::int64_t id, const std::string& key) {
        put_ids.push_back(id);
        database.outbox.emplace(
            id, message{.topic = "t", .key = key, .value = std::to_string(id), .headers = {}}
        );
    }
    void put_some() {
        for (const char* key : {"a", "b", "a", "c", "a", "b", "d", "b", "c"}) {
            put(key);
        }
    }
    std::vector<std::string> arrived() {
        std::vector<std::string> values;
        for (const message& each : broker.arrived()) {
            values.push_back(each.value);
        }
        return values;
    }
};

// One relay from its start until nothing waits, as its thread would go about it.
struct sim_relay {
    sim_relay(post& in, std::string name)
        : all(in),
          postgres(simulation::sim_session<outbox, leases>(in.database, weather, std::move(name))),
          to(in.broker, in.database, weather, relay_message_timeout(limits.lease)),
          pace(in.database) {}

    relayed round() {
        if (!postgres.is_open()) {
            postgres.open();
        }
        return one.round(postgres.get<outbox>(), to, pace);
    }
    // At most so many rounds; whether it came to an end of them.
    bool work(int rounds = 100) {
        for (int each = 0; each < rounds; ++each) {
            try {
                const relayed did = round();
                if (did.how == relayed::ending::idle) {
                    return true;
                }
                pace.wait(did.how == relayed::ending::elsewhere ? 1s : 200ms);
            } catch (const postgres::failure&) {
                postgres.close();
                pace.wait(100ms);
            }
        }
        return false;
    }

    post& all;
    faults weather;
    relay_session postgres;
    sim_publisher to;
    shared_pacing pace;
    relay one{limits};
};

// Every message arrived, and no key's numbers ever go back.
void check_all_in_order(post& in) {
    in.database.now += 1h;
    std::set<std::string> seen;
    std::map<std::string, std::int64_t> last;
    for (const message& each : in.broker.arrived()) {
        const std::int64_t id = std::stoll(each.value);
        CAPTURE(each.key);
        CHECK(id >= last[each.key]);
        last[each.key] = id;
        seen.insert(each.value);
    }
    CHECK(in.database.outbox.empty());
    CHECK(seen.size() == in.put_ids.size());
}

std::vector<std::string> calls_of_undisturbed_relay() {
    post undisturbed;
    undisturbed.put_some();
    sim_relay one(undisturbed, "a");
    REQUIRE(one.work());
    check_all_in_order(undisturbed);
    std::vector<std::string> calls;
    for (std::size_t call = 0; call < one.weather.calls(); ++call) {
        calls.push_back(one.weather.name_of(call));
    }
    return calls;
}

}  // namespace

TEST_CASE("relay: what lies in the outbox is sent once and removed") {
    post office;
    office.put("a");
    office.put("b");
    office.put("c");
    sim_relay one(office, "a");
    REQUIRE(one.work());
    CHECK(office.arrived() == std::vector<std::string>{"1", "2", "3"});
    CHECK(office.database.outbox.empty());
    CHECK(office.database.leases.at("relay").holder == "a");
}

TEST_CASE("relay: a new holder first waits as long as a message may be under way") {
    post office;
    office.put("a");
    sim_relay one(office, "a");
    CHECK(one.round().how == relayed::ending::waiting);
    one.pace.wait(relay_message_timeout(limits.lease) - 10ms);
    CHECK(one.round().how == relayed::ending::waiting);
    CHECK(office.arrived().empty());
    one.pace.wait(10ms);
    CHECK(one.round().how == relayed::ending::sent);
    office.put("a");
    CHECK(one.round().how == relayed::ending::sent);
    CHECK(one.round().how == relayed::ending::idle);
}

TEST_CASE("relay: while another holds the lease it only looks") {
    post office;
    office.put("a");
    sim_relay first(office, "a");
    sim_relay second(office, "b");
    CHECK(first.round().how == relayed::ending::waiting);
    CHECK(second.round().how == relayed::ending::elsewhere);
    second.pace.wait(limits.lease);
    CHECK(second.round().how == relayed::ending::waiting);
    CHECK(first.round().how == relayed::ending::elsewhere);
    CHECK(second.work());
    CHECK(office.arrived().size() == 1);
}

TEST_CASE("relay: an answer about the lease that was lost is not taken for a renewal") {
    post office;
    office.put("a");
    sim_relay one(office, "a");
    one.postgres.open();
    one.weather.fail(one.weather.calls(), fault::lands_unknown);
    CHECK_THROWS_AS(one.round(), postgres::failure);
    REQUIRE(office.database.leases.at("relay").holder == "a");
    one.postgres.close();
    CHECK(one.round().how == relayed::ending::waiting);
}

TEST_CASE("relay: who was stopped before it sends asks for the lease again") {
    post office;
    office.put("a");
    sim_relay one(office, "a");
    REQUIRE(one.work());
    office.put("a");
    one.weather.interleave(one.weather.calls() + 1, [&] { one.pace.wait(limits.lease); });
    CHECK(one.round().how == relayed::ending::waiting);
    CHECK(office.arrived().size() == 1);
    CHECK(one.round().how == relayed::ending::sent);
}

TEST_CASE("relay: of one organization the next is not sent before the last is acknowledged") {
    post office;
    sim_relay one(office, "a");
    REQUIRE(one.work());
    for (const char* key : {"a", "a", "b", "c"}) {
        office.put(key);
    }
    // Every second of what is sent is refused: here b's.
    one.weather.fail(one.weather.calls() + 2, fault::retry);
    const relayed did = one.round();
    CHECK(did.how == relayed::ending::failed);
    CHECK(did.acknowledged == 2);
    CHECK(did.more);
    CHECK(office.arrived() == std::vector<std::string>{"1", "4"});
    REQUIRE(one.work());
    CHECK(office.arrived() == std::vector<std::string>{"1", "4", "2", "3"});
}

TEST_CASE("relay: a lower id that commits late is sent although a higher one was") {
    post office;
    office.database.next_outbox_id = 2;
    office.put("b");
    sim_relay one(office, "a");
    REQUIRE(one.work());
    office.put(1, "a");
    REQUIRE(one.work());
    CHECK(office.arrived() == std::vector<std::string>{"2", "1"});
}

TEST_CASE("relay: whichever call fails nothing is lost and nothing goes back") {
    const auto calls = calls_of_undisturbed_relay();
    for (const fault what : {fault::retry, fault::broken, fault::lands_unknown}) {
        for (std::size_t call = 0; call < calls.size(); ++call) {
            CAPTURE(static_cast<int>(what));
            CAPTURE(call);
            CAPTURE(calls[call]);
            post office;
            office.put_some();
            sim_relay one(office, "a");
            one.weather.fail(call, what);
            CHECK(one.work());
            check_all_in_order(office);
        }
    }
}

TEST_CASE("relay: whenever one dies another takes over and nothing is lost or goes back") {
    const auto calls = calls_of_undisturbed_relay();
    for (const fault what : {fault::killed, fault::killed_landed}) {
        for (std::size_t call = 0; call < calls.size(); ++call) {
            CAPTURE(static_cast<int>(what));
            CAPTURE(call);
            CAPTURE(calls[call]);
            post office;
            office.put_some();
            sim_relay first(office, "a");
            first.weather.fail(call, what);
            CHECK_THROWS_AS(first.work(), simulation::worker_killed);
            // The next one may be there at once, or only when the lease has long run out.
            office.database.now += call % 2 == 0 ? 0s : 5s;
            office.put_some();
            const instant began = office.database.now;
            sim_relay second(office, "b");
            CHECK(second.work());
            check_all_in_order(office);
            CHECK(office.database.now - 1h - began < 20s);
        }
    }
}

TEST_CASE("relay: one that slept while another took over loses and reorders nothing") {
    const auto calls = calls_of_undisturbed_relay();
    for (std::size_t call = 0; call < calls.size(); ++call) {
        if (calls[call] == "publish") {
            continue;  // from here on only Kafka's own timeout can hold back what it was given
        }
        CAPTURE(call);
        CAPTURE(calls[call]);
        post office;
        office.put_some();
        sim_relay sleeper(office, "a");
        sim_relay other(office, "b");
        sleeper.weather.interleave(call, [&] {
            office.put_some();
            office.database.now += limits.lease;
            CHECK(other.work());
        });
        CHECK((sleeper.work(20) || office.database.outbox.empty()));
        check_all_in_order(office);
    }
}

}  // namespace billhook
