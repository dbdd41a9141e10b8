#include "worker/notifier/run_notifier.hpp"

#include "tests/worker/notifier/doubles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace billhook {
namespace {

using namespace std::chrono_literals;

const partition zero{"billing.notices", 0};

struct no_leases final : leases {
    int left = 0;
    std::vector<live_lease> renew(std::chrono::milliseconds) override { return {}; }
    std::vector<std::string> claim(std::span<const std::string>, std::chrono::milliseconds)
        override {
        return {};
    }
    void release(std::span<const std::string>) override {}
    void leave() override { ++left; }
};

// Gives what it is told in turn, then nothing; time passes while it waits.
struct scripted_source final : notice_source {
    std::deque<notices_polled> events;
    std::vector<std::int64_t> settled;
    std::chrono::steady_clock::time_point* time = nullptr;

    notices_polled poll(leases&, std::chrono::milliseconds wait) override {
        const bool reads = !events.empty() && std::holds_alternative<notice_record>(events.front());
        if (events.empty() || (reads && wait == 0ms)) {
            *time += wait;
            return {};
        }
        notices_polled next = std::move(events.front());
        events.pop_front();
        return next;
    }
    void settled_to(const partition&, std::int64_t offset) override { settled.push_back(offset); }
};

// Time that only passes by waiting; ends after `span`.
struct hand_moved final : pacing {
    std::chrono::steady_clock::time_point time{};
    std::chrono::steady_clock::time_point end{1h};
    bool stopping() override { return time >= end; }
    void wait(std::chrono::milliseconds span) override { time += span; }
    std::chrono::steady_clock::time_point now() override { return time; }
};

struct fixture {
    fixture() { source.time = &pace.time; }

    notice add(const std::string& id, std::int64_t offset) {
        notice what = sample_notice(notice_kind::payment_failed);
        what.id = id;
        claims.rows[id] = {};
        source.events.push_back(notice_record{zero, offset, to_json(what)});
        return what;
    }
    ending run() {
        struct session final : notifier_session {
            explicit session(fixture& of) : all(of) {}
            notice_claims& claims() override { return all.claims; }
            leases& rights() override { return all.rights; }
            fixture& all;
        };
        log lines("notifier", log_level::info, log_format::text, written);
        return run_notifier(
            {.open =
                 [this] {
                     ++opened;
                     return std::make_unique<session>(*this);
                 },
             .source = source,
             .sends = sends,
             .pace = pace,
             .numbers = counters,
             .lines = lines,
             .signs = signs,
             .waiting = 3}
        );
    }

    hand_moved pace;
    scripted_source source;
    no_leases rights;
    tests::memory_claims claims;
    tests::known_recipients whom;
    tests::memory_mailer by;
    notifier sends{
        notifier_means{
                       .whom = whom,
                       .by = by,
                       .sender =
                {.address = "billing@shop.example",
                 .name = "",
                 .reply_to = "",
                 .product = "Shop",
                 .billing_url = ""},
                       .plan_names = {},
                       .give_up_after = 48h}
    };
    metrics numbers;
    notifier_metrics counters{numbers};
    heartbeat signs;
    std::ostringstream written;
    int opened = 0;
};

}  // namespace

TEST_CASE("notifier: reads and sends and tells how far it is") {
    fixture all;
    all.source.events.push_back(notices_begin{.of = zero, .offset = 5, .skipped = 0});
    all.add("ntc_5", 5);
    all.source.events.push_back(notice_record{zero, 6, "{\"no\":\"notice\"}"});
    all.add("ntc_7", 7);
    CHECK(all.run() == ending::left);
    CHECK(all.by.given.size() == 2);
    REQUIRE_FALSE(all.source.settled.empty());
    CHECK(all.source.settled.back() == 8);
    CHECK(all.counters.delivered.value() == 2);
    CHECK(all.counters.unreadable.value() == 1);
    CHECK(all.rights.left == 1);
}

TEST_CASE("notifier: a greylisted notice comes again and the others do not wait for it") {
    fixture all;
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
    all.by.answers = {mailed::not_now, mailed::accepted, mailed::not_now, mailed::accepted};
    all.add("ntc_0", 0);
    all.add("ntc_1", 1);
    CHECK(all.run() == ending::left);
    REQUIRE(all.by.given.size() == 4);
    CHECK(all.by.given[0].message_id == "ntc_0@shop.example");
    CHECK(all.by.given[1].message_id == "ntc_1@shop.example");
    CHECK(all.by.given[3].message_id == "ntc_0@shop.example");
    CHECK(all.source.settled == std::vector<std::int64_t>{0, 2});
    CHECK(all.counters.deferred.value() == 2);
}

TEST_CASE("notifier: while nothing can be sent it asks now and then and loses nothing") {
    fixture all;
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
    all.by.answers.assign(40, mailed::unavailable);
    for (std::int64_t offset = 0; offset < 6; ++offset) {
        all.add("ntc_" + std::to_string(offset), offset);
    }
    CHECK(all.run() == ending::left);
    CHECK(all.by.given.size() == 46);
    CHECK(all.counters.delivered.value() == 6);
    CHECK(all.source.settled.back() == 6);
}

TEST_CASE("notifier: no more is read than may wait") {
    fixture all;
    all.pace.end = all.pace.time + 10s;
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
    all.by.answers.assign(1'000, mailed::unavailable);
    for (std::int64_t offset = 0; offset < 6; ++offset) {
        all.add("ntc_" + std::to_string(offset), offset);
    }
    CHECK(all.run() == ending::left);
    CHECK(all.counters.waiting.value() == 3);
    CHECK(all.source.events.size() == 3);
}

TEST_CASE("notifier: a partition that went to somebody else is not worked on") {
    fixture all;
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
    all.by.answers = {mailed::not_now};
    all.add("ntc_0", 0);
    all.source.events.push_back(notices_end{zero});
    CHECK(all.run() == ending::left);
    CHECK(all.by.given.size() <= 1);
    CHECK(all.source.settled.empty());
    CHECK(all.counters.waiting.value() == 0);
}

TEST_CASE("notifier: a broken connection is made anew and nothing is sent twice") {
    for (int at = 0; at < 7; ++at) {
        for (const bool after : {false, true}) {
            CAPTURE(at);
            CAPTURE(after);
            fixture all;
            all.claims.trouble = {.at = at, .after = after, .what = postgres::remedy::reconnect};
            all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
            all.add("ntc_0", 0);
            all.add("ntc_1", 1);
            CHECK(all.run() == ending::left);
            CHECK(all.by.given.size() == 2);
            CHECK(all.opened == (at < 6 ? 2 : 1));
            CHECK(all.source.settled.back() == 2);
            for (const auto& [id, row] : all.claims.rows) {
                CHECK(row.outcome == notice_outcome::delivered);
            }
        }
    }
}

TEST_CASE("notifier: what no retry mends ends the process") {
    fixture all;
    all.claims.trouble = {.at = 0, .after = false};
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
    all.add("ntc_0", 0);
    CHECK(all.run() == ending::gave_up);
}

TEST_CASE("notifier: its log has ids and words and nothing of an e-mail") {
    fixture all;
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 3});
    all.by.answers = {mailed::recipient_refused, mailed::in_doubt, mailed::not_now};
    for (std::int64_t offset = 0; offset < 3; ++offset) {
        all.add("ntc_" + std::to_string(offset), offset);
    }
    CHECK(all.run() == ending::left);
    const std::string text = all.written.str();
    CHECK(text.find("recipient_refused") != text.npos);
    CHECK(text.find("in_doubt") != text.npos);
    CHECK(text.find("deleted from the log before") != text.npos);
    for (const char* const private_word : {"@", "Ada", "https://", "Lovelace"}) {
        CHECK(text.find(private_word) == text.npos);
    }
}

}  // namespace billhook
