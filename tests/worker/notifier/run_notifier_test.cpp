#include "worker/notifier/run_notifier.hpp"

#include "tests/worker/notifier/doubles.hpp"
#include "tools/simulator/api_server.hpp"
#include "worker/notifier/stripe_recipients.hpp"

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

    notices_polled poll(std::chrono::milliseconds wait) override {
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
    explicit fixture(recipients* asked = nullptr)
        : sends{
              {
               .whom = asked == nullptr ? whom : *asked,
               .by = by,
               .sender =
                      {.address = "billing@shop.example",
                       .name = "",
                       .reply_to = "",
                       .product = "Shop",
                       .billing_url = ""},
               .plan_names = {},
               .give_up_after = 48h,
               }
    } {
        source.time = &pace.time;
    }

    notice add(const std::string& id, std::int64_t offset, const std::string& customer = "cus_1") {
        notice what = sample_notice(notice_kind::payment_failed);
        what.id = id;
        what.customer = customer_id(customer);
        claims.rows[id] = {};
        source_text = to_json(what);
        source.events.push_back(notice_record{zero, offset, source_text});
        return what;
    }
    ending run() {
        struct opened_memory final : opened<notice_claims, leases> {
            explicit opened_memory(fixture& of) { all_ = {&of.claims, &of.held}; }
        };
        log lines("notifier", log_level::info, log_format::text, written);
        notifier_session postgres([this] {
            ++opened_so_far;
            return std::make_unique<opened_memory>(*this);
        });
        return run_notifier(
            postgres,
            {.source = source,
             .sends = sends,
             .pace = pace,
             .numbers = counters,
             .lines = lines,
             .signs = signs,
             .waiting = waiting}
        );
    }

    hand_moved pace;
    scripted_source source;
    no_leases held;
    tests::memory_claims claims;
    tests::known_recipients whom;
    tests::memory_mailer by;
    notifier sends;
    metrics numbers;
    notifier_metrics counters{numbers};
    heartbeat signs;
    std::ostringstream written;
    int opened_so_far = 0;
    std::size_t waiting = 3;
    std::string source_text;  // of the notice added last
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
    CHECK(all.held.left == 1);
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
    all.by.answers.assign(12, mailed::unavailable);
    for (std::int64_t offset = 0; offset < 6; ++offset) {
        all.add("ntc_" + std::to_string(offset), offset);
    }
    CHECK(all.run() == ending::left);
    CHECK(all.by.given.size() == 18);
    CHECK(all.counters.delivered.value() == 6);
    CHECK(all.source.settled.back() == 6);
}

TEST_CASE("notifier: a customer that cannot be asked about makes nobody else wait") {
    for (const char* cause : {"stripe_unavailable", "stripe_unreadable"}) {
        CAPTURE(cause);
        fixture all;
        all.waiting = 100;
        all.whom.never = {
            {"cus_bad",   cause},
            {"cus_worse", cause}
        };
        all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
        for (std::int64_t offset = 0; offset < 50; ++offset) {
            const std::string id = "ntc_" + std::to_string(offset);
            all.add(id, offset, offset == 3 ? "cus_bad" : offset == 4 ? "cus_worse" : "cus_1");
        }
        all.pace.end = all.pace.time + 10s;
        CHECK(all.run() == ending::left);
        CHECK(all.counters.delivered.value() == 48);
        CHECK(all.counters.waiting.value() == 2);
        // Nothing beyond what waits is committed: whoever comes next begins with it.
        CHECK(all.source.settled.back() == 3);

        // Another process, after a kill: what is settled is not sent again, what waits is not lost.
        fixture next;
        next.claims.rows = all.claims.rows;
        next.claims.holder = "somebody else";
        next.source.events.push_back(notices_begin{.of = zero, .offset = 3, .skipped = 0});
        for (std::int64_t offset = 3; offset < 50; ++offset) {
            const std::string id = "ntc_" + std::to_string(offset);
            const auto row = next.claims.rows.at(id);
            next.add(id, offset, "cus_1");
            next.claims.rows.at(id) = row;
        }
        CHECK(next.run() == ending::left);
        CHECK(next.by.given.size() == 2);
        CHECK(next.source.settled.back() == 50);
    }
}

TEST_CASE("notifier: an object that fails for ever and one that cannot be read and a slow one") {
    const simulator::api_server server([](const simulator::api_call& call) {
        const auto told = [](const char* name) {
            return simulator::api_answer{
                .body = std::string(R"({"object":"customer","email":"ada@customer.example",)") +
                        R"("name":")" + name + R"("})"};
        };
        if (call.path == "/v1/customers/cus_500") {
            return simulator::api_answer{.status = 500, .body = "{}"};
        }
        if (call.path == "/v1/customers/cus_bytes") {
            return told("A\xff");
        }
        auto answer = told("Ada");
        if (call.path == "/v1/customers/cus_slow") {
            answer.fault = simulator::api_fault::hang;
        }
        return answer;
    });
    stripe::client api(
        {
            .base = server.base(),
            .key = secret("sk_test_0123456789abcdef"),
            .bounds = {.connect = 5s, .whole = 200ms},
            .retries = {.attempts = 1}
    },
        [](auto) { return true; }
    );
    stripe_recipients asked(api);
    fixture all(&asked);
    all.waiting = 100;
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
    const char* customers[] = {"cus_500", "cus_bytes", "cus_slow", "cus_1", "cus_2", "cus_3"};
    for (std::int64_t offset = 0; offset < 6; ++offset) {
        all.add("ntc_" + std::to_string(offset), offset, customers[offset]);
    }
    all.pace.end = all.pace.time + 10min;
    CHECK(all.run() == ending::left);
    CHECK(all.counters.delivered.value() == 3);
    CHECK(all.counters.waiting.value() == 3);
    for (const char* id : {"ntc_3", "ntc_4", "ntc_5"}) {
        CHECK(all.claims.rows.at(id).outcome == notice_outcome::delivered);
    }
    const std::string text = all.written.str();
    CHECK(text.find("cause=stripe_unreadable") != text.npos);
    CHECK(text.find("cause=stripe_unavailable") != text.npos);
}

TEST_CASE("notifier: who cannot be asked about is tried ever less and given up in the end") {
    fixture all;
    all.whom.never = {
        {"cus_bad", "stripe_unreadable"}
    };
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
    all.add("ntc_0", 0, "cus_bad");
    all.pace.end = all.pace.time + 24h;
    CHECK(all.run() == ending::left);
    CHECK(all.whom.asked == 53);
    CHECK(all.source.settled.empty());
    all.claims.age = 49h;
    all.source.events = {
        notices_begin{.of = zero, .offset = 0, .skipped = 0   },
        notice_record{zero,       0,           all.source_text}
    };
    all.pace.end = all.pace.time + 1h;
    CHECK(all.run() == ending::left);
    CHECK(all.claims.rows.at("ntc_0").outcome == notice_outcome::failed);
    CHECK(all.source.settled == std::vector<std::int64_t>{1});
}

TEST_CASE("notifier: what waited is overtaken by what was told since and never sent after it") {
    fixture all;
    all.whom.never = {
        {"cus_bad", "stripe_unavailable"}
    };
    all.source.events.push_back(notices_begin{.of = zero, .offset = 0, .skipped = 0});
    all.add("ntc_0", 0, "cus_bad");
    all.pace.end = all.pace.time + 45s;
    CHECK(all.run() == ending::left);
    CHECK(all.by.given.empty());
    // The customer can be asked about again; a later notice of the subscription is there.
    all.whom.never.clear();
    all.claims.told_since = {"ntc_0"};
    all.source.events = {
        notices_begin{.of = zero, .offset = 0, .skipped = 0   },
        notice_record{zero,       0,           all.source_text}
    };
    all.add("ntc_1", 1, "cus_bad");
    all.pace.end = all.pace.time + 1h;
    CHECK(all.run() == ending::left);
    REQUIRE(all.by.given.size() == 1);
    CHECK(all.by.given[0].message_id == "ntc_1@shop.example");
    CHECK(all.claims.rows.at("ntc_0").outcome == notice_outcome::overtaken);
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
            CHECK(all.opened_so_far == (at < 6 ? 2 : 1));
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
