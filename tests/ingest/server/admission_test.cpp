// Who may bring how much, over sockets: requests wait whole and in order, and what nobody verified
// takes nothing from what is signed.
#include "tests/ingest/server/raw_rows.hpp"
#include "tests/ingest/server/served.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <fmt/format.h>
#include <optional>

namespace billhook::testing {
namespace {

using namespace std::chrono_literals;

// Larger than what comes with a first read, so that it has to ask.
constexpr std::size_t large = 40'000;

limits narrow() {
    auto bounds = limits_from({});
    bounds.body_bytes = large;
    bounds.small_body = large - 1;
    bounds.unverified_bytes = 2 * large;
    bounds.unverified_bytes_per_address = 2 * large;
    return bounds;
}

template <class Condition>
bool in_time(const Condition& holds) {
    for (int i = 0; i < 2'000 && !holds(); ++i) {
        std::this_thread::sleep_for(5ms);
    }
    return holds();
}

const std::string signed_large = good(std::string(large, 'x'));
const std::string forged_large =
    post(fmt::format("Content-Length: {}\r\n", large), "another", std::string(large, 'x'));
std::string without_end(const std::string& request) {
    return request.substr(0, request.size() - 1);
}

TEST_CASE("admission: bodies wait for each other and none that the bound can hold is refused") {
    for (const std::size_t in_flight : {std::size_t{1}, large, 2 * large}) {
        CAPTURE(in_flight);
        auto bounds = narrow();
        bounds.bytes_in_flight = in_flight;
        served gateway{bounds};
        std::deque<raw_client> clients;
        for (int i = 0; i < 24; ++i) {
            clients.emplace_back(gateway.port()).send(signed_large);
        }
        for (auto& each : clients) {
            CHECK(each.receive().status == 200);
        }
        CHECK(gateway.log_of_record.count() == 24);
        CHECK(in_time([&] { return gateway.admitted().bytes_unverified() == 0; }));
        CHECK(gateway.admitted().bytes_in_flight() == 0);
    }
}

TEST_CASE("admission: unsigned bodies that never end starve no signed one") {
    auto bounds = narrow();
    bounds.short_span = 100ms;
    served gateway{bounds};
    std::deque<raw_client> attackers;
    for (int i = 0; i < 12; ++i) {
        attackers.emplace_back(gateway.port()).send(without_end(forged_large));
    }
    REQUIRE(in_time([&] { return gateway.admitted().bytes_unverified() == 2 * large; }));
    // A small one needs no room at all, whoever holds it.
    raw_client small{gateway.port()};
    small.send(good());
    CHECK(small.receive().status == 200);
    // A large one waits until those who bring nothing are let go.
    raw_client big{gateway.port()};
    big.send(signed_large);
    CHECK(big.receive().status == 200);
    for (auto& each : attackers) {
        CHECK(each.receive().status == 408);
    }
    CHECK(gateway.log_of_record.count() == 2);
}

TEST_CASE("admission: whoever holds megabytes makes no small body wait") {
    auto bounds = narrow();
    bounds.body = bounds.span = bounds.short_span = 60s;
    served gateway{bounds};
    std::deque<raw_client> hoarders;
    for (int i = 0; i < 12; ++i) {
        hoarders.emplace_back(gateway.port()).send(without_end(forged_large));
    }
    REQUIRE(in_time([&] { return gateway.admitted().waiting() == 10; }));
    const auto small = good(std::string(large - 1, 'x'));
    raw_client honest{gateway.port()};
    honest.send(small);
    CHECK(honest.receive().status == 200);
    // Nor one whose header comes by halves.
    raw_client halving{gateway.port()};
    halving.send(small.substr(0, 30));
    REQUIRE(in_time([&] {
        return gateway.admitted().bytes_unverified() == 2 * large + unfinished_header_bytes(bounds);
    }));
    halving.send(small.substr(30));
    CHECK(halving.receive().status == 200);
    CHECK(gateway.admitted().waiting() == 10);
    gateway.stop(0ms);
}

TEST_CASE("admission: who brings less than the least rate is let go long before the deadline") {
    auto bounds = narrow();
    bounds.span = 100ms;
    served gateway{bounds};
    raw_client slow{gateway.port()};
    slow.send(without_end(signed_large));
    const auto begun = std::chrono::steady_clock::now();
    CHECK(slow.receive().status == 408);
    CHECK(std::chrono::steady_clock::now() - begun < bounds.body);
    CHECK(in_time([&] { return gateway.admitted().bytes_unverified() == 0; }));
}

TEST_CASE("admission: an address has a share and the others have the rest") {
    auto bounds = narrow();
    bounds.unverified_bytes_per_address = large;
    bounds.span = 60s;
    bounds.short_span = 60s;
    // The loopback's addresses are all ours.
    served gateway{bounds, *trusted_proxies_from("127.0.0.1", "X-Forwarded-For")};
    const auto from = [&](std::string_view who, std::string_view body) {
        return post(
            fmt::format("X-Forwarded-For: {}\r\nContent-Length: {}\r\n", who, body.size()),
            body,
            body
        );
    };
    const std::string body(large, 'x');
    raw_client hoarder{gateway.port()};
    hoarder.send(without_end(from("192.0.2.1", body)));
    REQUIRE(in_time([&] { return gateway.admitted().bytes_unverified() == large; }));
    raw_client his_next{gateway.port()};
    his_next.send(from("192.0.2.1", body));
    REQUIRE(in_time([&] { return gateway.admitted().waiting() == 1; }));
    raw_client another{gateway.port()};
    another.send(from("192.0.2.2", body));
    CHECK(another.receive().status == 200);
    hoarder.send("x");
    CHECK(hoarder.receive().status == 200);
    CHECK(his_next.receive().status == 200);
}

TEST_CASE("admission: a wait that is too long is 503") {
    auto bounds = narrow();
    bounds.body = 500ms;
    bounds.bytes_in_flight = 1;
    bounds.unverified_bytes = bounds.unverified_bytes_per_address = large;
    served gateway{bounds, {}, 3s};
    gateway.log_of_record.hold = true;
    raw_client appending{gateway.port()};
    appending.send(good());
    REQUIRE(in_time([&] { return gateway.log_of_record.count() == 1; }));
    // Whole, but it keeps its place until there is one among the verified.
    raw_client first{gateway.port()};
    first.send(signed_large);
    REQUIRE(in_time([&] { return gateway.admitted().bytes_unverified() == large; }));
    raw_client second{gateway.port()};
    second.send(signed_large);
    const auto reply = second.receive();
    CHECK(reply.status == 503);
    CHECK(reply.head.find("Retry-After: ") != std::string::npos);
    CHECK(reply.body.find("\"overloaded\"") != std::string::npos);
    CHECK(second.closed());
    CHECK(gateway.admitted().waiting() == 0);
}

TEST_CASE("admission: what waits for Kafka counts and the next waits for it as long as it may") {
    auto bounds = narrow();
    bounds.bytes_in_flight = 1'000;
    served gateway{bounds};
    gateway.log_of_record.hold = true;
    raw_client waiting{gateway.port()};
    waiting.send(good(std::string(600, 'x')));
    REQUIRE(in_time([&] { return gateway.log_of_record.count() == 1; }));
    CHECK(gateway.admitted().bytes_in_flight() == 600);
    raw_client second{gateway.port()};
    second.send(good(std::string(401, 'x')));
    CHECK(waiting.receive().status == 503);
    CHECK(second.receive().status == 503);
    CHECK(gateway.admitted().bytes_in_flight() == 0);
    // More than the bound is let in alone: nothing signed is refused for what it is.
    gateway.log_of_record.hold = false;
    raw_client third{gateway.port()};
    third.send(good(std::string(1'001, 'x')));
    CHECK(third.receive().status == 200);
}

TEST_CASE("admission: headers that do not end count and give way when others wait") {
    auto bounds = narrow();
    bounds.unverified_bytes = bounds.unverified_bytes_per_address =
        4 * 3 * unfinished_header_bytes(bounds);
    bounds.header = 20s;
    bounds.short_span = 100ms;
    served gateway{bounds};
    std::deque<raw_client> attackers;
    for (int i = 0; i < 8; ++i) {
        attackers.emplace_back(gateway.port()).send("POST /stripe/webhook HTTP/1.1\r\nHost: a\r\n");
    }
    REQUIRE(in_time([&] { return gateway.admitted().waiting() == 5; }));
    CHECK(gateway.admitted().bytes_unverified() == 3 * unfinished_header_bytes(bounds));
    raw_client honest{gateway.port()};
    honest.send(good());
    CHECK(honest.receive().status == 200);
    raw_client large_one{gateway.port()};
    large_one.send(signed_large);
    CHECK(large_one.receive().status == 200);
}

TEST_CASE("admission: a header that cannot be signed is answered before its body is read") {
    served gateway;
    const auto length = fmt::format("Content-Length: {}\r\n", 1'000'000);
    const auto request = [&](std::string_view signature) {
        return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\n{}{}\r\n", test_path, length, signature);
    };
    const std::string hex(64, '0');
    struct row {
        const char* name;
        std::string bytes;
    };
    const row rows[] = {
        {"wrong, read whole", post("Content-Length: 2\r\n", small_body, "{}")},
        {"absent", request("")},
        {"twice",
         request(fmt::format(
             "Stripe-Signature: t=1700000000,v1={0}\r\nStripe-Signature: t=1700000000,v1={0}\r\n", hex
         ))},
        {"outside the grammar", request("Stripe-Signature: t=1700000000\r\n")},
        {"too old", request(fmt::format("Stripe-Signature: t=1699999699,v1={}\r\n", hex))},
        {"of a time to come",
         request(fmt::format("Stripe-Signature: t=1700000301,v1={}\r\n", hex))},
    };
    std::optional<std::string> first;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        raw_client client{gateway.port()};
        client.send(row.bytes);
        const auto reply = client.receive();
        CHECK(reply.status == 400);
        CHECK(client.closed());
        // The same bytes for all: nobody learns how far he came.
        first = first.value_or(reply.head + reply.body);
        CHECK(reply.head + reply.body == *first);
    }
    raw_client good_so_far{gateway.port()};
    good_so_far.send(request(fmt::format("Stripe-Signature: t=1699999700,v1={}\r\n", hex)));
    CHECK_FALSE(good_so_far.readable(100ms));
}

TEST_CASE("admission: a chunked body asks for the most it may have") {
    auto bounds = narrow();
    bounds.unverified_bytes = bounds.unverified_bytes_per_address = large;
    served gateway{bounds};
    const std::string body(30'000, 'x');
    const auto request = post("Transfer-Encoding: chunked\r\n", body, chunked(body));
    raw_client half{gateway.port()};
    half.send(without_end(request));
    CHECK(in_time([&] { return gateway.admitted().bytes_unverified() == large; }));
    half.send("\n");
    CHECK(half.receive().status == 200);
    CHECK(gateway.admitted().bytes_unverified() == 0);
}

TEST_CASE("admission: 100 is sent when there is room for what was announced") {
    auto bounds = narrow();
    bounds.unverified_bytes = bounds.unverified_bytes_per_address = large;
    bounds.span = bounds.short_span = 60s;
    bounds.small_body = 0;
    served gateway{bounds};
    raw_client hoarder{gateway.port()};
    hoarder.send(without_end(signed_large));
    REQUIRE(in_time([&] { return gateway.admitted().bytes_unverified() == large; }));
    raw_client asking{gateway.port()};
    asking.send(post("Expect: 100-continue\r\nContent-Length: 31\r\n", small_body, ""));
    CHECK_FALSE(asking.readable(100ms));
    hoarder.send("x");
    CHECK(hoarder.receive().status == 200);
    CHECK(asking.receive().status == 100);
    asking.send(small_body);
    CHECK(asking.receive().status == 200);
}

TEST_CASE("admission: a stop waits for nobody in the line beyond its time") {
    auto bounds = narrow();
    bounds.unverified_bytes = bounds.unverified_bytes_per_address = large;
    bounds.body = bounds.span = bounds.short_span = 60s;
    served gateway{bounds};
    raw_client hoarder{gateway.port()};
    hoarder.send(without_end(signed_large));
    REQUIRE(in_time([&] { return gateway.admitted().bytes_unverified() == large; }));
    raw_client waiting{gateway.port()};
    waiting.send(signed_large);
    REQUIRE(in_time([&] { return gateway.admitted().waiting() == 1; }));
    gateway.stop(50ms);
    CHECK(waiting.closed());
    CHECK(gateway.admitted().connections() == 0);
    CHECK(gateway.admitted().waiting() == 0);
}

}  // namespace
}  // namespace billhook::testing
