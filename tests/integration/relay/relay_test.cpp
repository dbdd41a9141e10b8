// Two relays, each a process of its own, between a real Postgres and a real broker; one of them is
// killed. BILLHOOK_TEST_DATABASE_URL and BILLHOOK_TEST_KAFKA_BROKERS name the servers.
#include "worker/pipeline/relay.hpp"

#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/consumer.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "tests/builders/life.hpp"
#include "tests/builders/postgres/database.hpp"
#include "worker/pipeline/background.hpp"
#include "worker/pipeline/postgres_opener.hpp"
#include "worker/runtime/stop_pacing.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <random>
#include <set>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace billhook {

namespace {

using builders::database;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds relay_span{2'000};
constexpr int writers = 3;
constexpr int organizations_of_writer = 3;

struct broker {
    broker() {
        const char* named = std::getenv("BILLHOOK_TEST_KAFKA_BROKERS");
        if (named == nullptr) {
            std::puts("SKIPPED: BILLHOOK_TEST_KAFKA_BROKERS is not set");
            return;
        }
        client.brokers = named;
        topic = fmt::format("billhook.test.relay.{}.{}", ::getpid(), std::random_device{}());
        kafka::admin(client).ensure({.name = topic, .partitions = 3, .config = {}}, 30s);
    }

    kafka::client_settings client;
    std::string topic;
};

// A relay as a worker's thread runs it, until the process is killed.
[[noreturn]] void relay_for_ever(const database& db, const broker& in, const std::string& name) {
    const stop wish;
    relay_session postgres(postgres_opener<relay_session>(
        {.where = db.as("billhook_worker"), .holder = name, .partitions = 1}
    ));
    stop_pacing pace(wish);
    mirror_queue changed;
    metrics numbers;
    const worker_metrics counters(numbers);
    class log lines("relay", log_level::warning, log_format::text);
    heartbeat signs;
    kafka::kafka_publisher to(
        {.client = in.client, .message_timeout = relay_message_timeout(relay_span)}
    );
    run_relay(
        postgres,
        {.pace = pace, .changed = changed, .numbers = counters, .lines = lines, .signs = signs},
        to,
        {.lease = relay_span, .every = 20ms}
    );
    ::_exit(1);
}

pid_t start(const database& db, const broker& in, const std::string& name) {
    const pid_t child = ::fork();
    if (child == 0) {
        relay_for_ever(db, in, name);
    }
    return child;
}

void kill_and_wait(pid_t child) {
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
}

// Changes of a writer's own organizations, one transaction each; some take long to commit, so that
// rows of others with higher ids are sent meanwhile.
void write(const database& db, const std::string& topic, int writer, int rounds) {
    postgres::connection on(db.as_owner());
    for (int round = 0; round < rounds; ++round) {
        pqxx::work in(on.raw());
        const auto key = fmt::format("org_{}_{}", writer, round % organizations_of_writer);
        in.exec_params(
            "INSERT INTO billhook.outbox (topic, key, value) VALUES ($1, $2, $3)",
            topic,
            key,
            std::to_string(round)
        );
        if (round % 7 == writer) {
            in.exec("SELECT pg_sleep(0.03)");
        }
        in.commit();
    }
}

void write_all(const database& db, const std::string& topic, int rounds) {
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&, writer] { write(db, topic, writer, rounds); });
    }
    for (std::thread& each : threads) {
        each.join();
    }
}

bool eventually(const std::function<bool()>& answer) {
    for (int tries = 0; tries < 600; ++tries) {
        if (answer()) {
            return true;
        }
        std::this_thread::sleep_for(100ms);
    }
    return false;
}

std::map<std::string, std::vector<int>> read_all(const broker& from) {
    kafka::consumer_settings settings;
    settings.client = from.client;
    settings.partition_end = true;
    kafka::consumer reader(settings);
    std::vector<kafka::position> all;
    for (std::int32_t number = 0; number < 3; ++number) {
        all.push_back({.topic = from.topic, .partition = number, .offset = 0});
    }
    reader.assign(all);
    std::map<std::string, std::vector<int>> values;
    for (std::size_t ends = 0; ends < all.size();) {
        const auto next = reader.poll(1s);
        if (const auto* record = std::get_if<kafka::consumed>(&next)) {
            values[std::string(record->key())].push_back(std::stoi(std::string(record->value())));
        }
        ends += std::holds_alternative<kafka::partition_end>(next) ? 1 : 0;
    }
    return values;
}

}  // namespace

TEST_CASE("relay: killed while it sends and the other loses nothing and keeps the order") {
    database db;
    const broker in;
    if (!db.usable() || in.topic.empty()) {
        return;
    }
    db.migrate();
    // Both children are made before this process has threads or connections of its own.
    const std::map<std::string, pid_t> relays{
        {"a", start(db, in, "a")},
        {"b", start(db, in, "b")}
    };
    const auto holder = [&] {
        return db.ask("SELECT holder FROM billhook.leases WHERE name = 'relay'");
    };
    const auto waiting = [&] { return std::stoi(db.ask("SELECT count(*) FROM billhook.outbox")); };
    constexpr int rounds = 700;
    std::thread writing([&] { write_all(db, in.topic, rounds); });
    std::string killed;
    const bool began = eventually([&] { return relays.contains(killed = holder()); }) &&
                       eventually([&] { return waiting() > 0; });
    if (began) {
        kill_and_wait(relays.at(killed));
    }
    writing.join();
    const bool drained = eventually([&] { return waiting() == 0; });
    const std::string last = holder();
    for (const auto& [name, child] : relays) {
        if (name != killed) {
            kill_and_wait(child);
        }
    }
    REQUIRE(began);
    REQUIRE(drained);
    CHECK(last != killed);
    const auto sent = read_all(in);
    CHECK(sent.size() == writers * organizations_of_writer);
    std::size_t different = 0;
    for (const auto& [key, values] : sent) {
        CAPTURE(key);
        CHECK(std::is_sorted(values.begin(), values.end()));
        different += std::set(values.begin(), values.end()).size();
    }
    CHECK(different == static_cast<std::size_t>(writers) * rounds);
}

}  // namespace billhook
