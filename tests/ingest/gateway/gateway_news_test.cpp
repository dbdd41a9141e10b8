#include "ingest/gateway/gateway_news.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <sstream>
#include <string>

namespace billhook {
namespace {

using namespace std::chrono_literals;

constexpr instant start = from_unix_seconds(1700000000);

struct fixture {
    // What was written since the last call, without the time.
    std::string told() {
        std::string all;
        std::istringstream written(out.str());
        for (std::string line; std::getline(written, line);) {
            all += line.substr(line.find(' ') + 1) + "\n";
        }
        out.str("");
        return all;
    }

    std::ostringstream out;
    billhook::log lines{"ingest", log_level::info, log_format::text, out};
    gateway_news news{lines};
};

TEST_CASE_FIXTURE(fixture, "gateway news: refused signatures are told at once and then rarely") {
    using enum signature_refusal;
    news.refused("main", no_match, start);
    CHECK(
        told() == "warning ingest: signatures refused endpoint=main reason=no_match deliveries=1\n"
    );
    for (int i = 1; i < 60; ++i) {
        news.refused("main", no_match, start + i * 1s);
    }
    CHECK(told().empty());
    news.refused("main", no_match, start + 60s);
    CHECK(
        told() == "warning ingest: signatures refused endpoint=main reason=no_match deliveries=60\n"
    );
}

TEST_CASE_FIXTURE(fixture, "gateway news: every endpoint and reason has a line of its own") {
    news.refused("main", signature_refusal::no_match, start);
    news.refused("main", signature_refusal::missing, start);
    news.refused("connect", signature_refusal::no_match, start);
    CHECK(
        told() ==
        "warning ingest: signatures refused endpoint=main reason=no_match deliveries=1\n"
        "warning ingest: signatures refused endpoint=main reason=missing deliveries=1\n"
        "warning ingest: signatures refused endpoint=connect reason=no_match deliveries=1\n"
    );
}

TEST_CASE_FIXTURE(fixture, "gateway news: an outage of Kafka has a line at either end") {
    news.appended(delivery::persisted, "", start);
    CHECK(told().empty());
    news.appended(delivery::unknown, "_TIMED_OUT", start);
    news.appended(delivery::refused, "_TRANSPORT", start + 5s);
    CHECK(
        told() ==
        "error ingest: Kafka does not acknowledge: deliveries are told 503 cause=_TIMED_OUT\n"
    );
    // One partition has no leader: others still acknowledge.
    news.appended(delivery::persisted, "", start + 6s);
    news.appended(delivery::unknown, "", start + 7s);
    news.appended(delivery::persisted, "", start + 16s);
    CHECK(told().empty());
    news.appended(delivery::persisted, "", start + 17s);
    CHECK(told() == "info ingest: Kafka acknowledges again not_acknowledged=3\n");
    news.appended(delivery::persisted, "", start + 18s);
    CHECK(told().empty());
    news.appended(delivery::unknown, "", start + 19s);
    CHECK(
        told() ==
        "error ingest: Kafka does not acknowledge: deliveries are told 503 cause=\"no answer in "
        "time\"\n"
    );
}

}  // namespace
}  // namespace billhook
