#include "worker/runtime/rounds.hpp"

#include "schemas/io/kafka/handles.hpp"
#include "worker/ledger/leases.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;

// Time only passes by waiting.
struct counted_pacing final : pacing {
    std::vector<std::chrono::milliseconds> waits;
    int rounds = 0;
    bool stopping() override { return rounds-- <= 0; }
    void wait(std::chrono::milliseconds span) override { waits.push_back(span); }
    std::chrono::steady_clock::time_point now() override { return {}; }
};

struct nothing_open final : opened<leases> {};

struct thread_of_rounds {
    ending run(int rounds, const std::function<bool()>& round, bool goes_on = false) {
        pace.rounds = rounds;
        session<leases> postgres([this] {
            ++connections;
            return std::make_unique<nothing_open>();
        });
        const round_means with{
            .thread = "test",
            .pace = pace,
            .lines = lines,
            .signs = signs,
            .retries = numbers.add_counter("retries", "r"),
            .alarms = numbers.add_counter("alarms", "a"),
            .goes_on = goes_on};
        return run_rounds(postgres, with, round, [this] { ++left; });
    }
    [[nodiscard]] double counted(const char* name) {
        return numbers.add_counter(name, std::string(1, name[0])).value();
    }

    counted_pacing pace;
    metrics numbers;
    std::ostringstream said;
    class log lines {
        "worker", log_level::debug, log_format::text, said
    };
    heartbeat signs;
    int connections = 0;
    int left = 0;
};

}  // namespace

TEST_CASE("rounds: one connection for all rounds and a clean end") {
    thread_of_rounds one;
    CHECK(one.run(5, [] { return true; }) == ending::left);
    CHECK(one.connections == 1);
    CHECK(one.left == 1);
    CHECK(one.signs.beats() == 5);
    CHECK(one.pace.waits.empty());
}

TEST_CASE("rounds: after a failure a pause and everything is opened anew") {
    struct row {
        const char* name;
        std::function<void()> thrown;
        const char* cause;
        double alarms;
    };
    const row rows[] = {
        {"Postgres away",
         [] {
             throw postgres::failure("gone", {postgres::remedy::reconnect, "57P01"});
         },                                                                          "cause=57P01",
         0                                                                                           },
        {"Kafka away",
         [] { throw kafka::failure("away", RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION); },
         "cause=_UNKNOWN_PARTITION",                                                                0},
        {"no right",
         [] {
             throw postgres::failure("no", {postgres::remedy::alarm, "42501"});
         },                                                                          "cause=42501",
         1                                                                                           },
        {"a value refused",
         [] {
             throw postgres::failure("no", {postgres::remedy::bisect, "22003"});
         },                                                                          "cause=22003",
         1                                                                                           },
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        thread_of_rounds one;
        int rounds = 0;
        const auto round = [&] {
            if (++rounds == 2) {
                each.thrown();
            }
            return true;
        };
        CHECK(one.run(4, round) == ending::left);
        CHECK(one.connections == 2);
        CHECK(one.pace.waits.size() == 1);
        CHECK(one.counted("retries") == 1);
        CHECK(one.counted("alarms") == each.alarms);
        CHECK(one.said.str().find(each.cause) != std::string::npos);
    }
}

TEST_CASE("rounds: a round that did not go well is followed by ever longer pauses") {
    thread_of_rounds one;
    CHECK(one.run(20, [] { return false; }) == ending::left);
    REQUIRE(one.pace.waits.size() == 20);
    CHECK(one.pace.waits.front() <= 100ms);
    CHECK(one.pace.waits.back() >= 2500ms);
    CHECK(one.connections == 1);
}

TEST_CASE("rounds: a bug ends the thread unless nobody depends on it") {
    const auto bug = []() -> bool { throw std::logic_error("a bug"); };
    thread_of_rounds strict;
    CHECK(strict.run(3, bug) == ending::gave_up);
    CHECK(strict.left == 0);
    thread_of_rounds easy;
    CHECK(easy.run(3, bug, true) == ending::left);
    CHECK(easy.pace.waits.size() == 3);
}

}  // namespace billhook
