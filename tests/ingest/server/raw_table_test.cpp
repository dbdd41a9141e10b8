#include "tests/ingest/server/raw_rows.hpp"
#include "tests/ingest/server/served.hpp"

#include <doctest/doctest.h>

namespace billhook::testing {
namespace {

constexpr std::size_t body_limit = 20'000;

limits bounds() {
    auto tight = limits_from({});
    tight.header_bytes = 8 * 1024;
    tight.body_bytes = body_limit;
    tight.header = std::chrono::milliseconds{400};
    tight.body = std::chrono::milliseconds{400};
    tight.linger = std::chrono::milliseconds{400};
    return tight;
}

// One row: on a connection of its own, then, if that stays open, a good request on the same one,
// which shows that both sides still agree where requests begin.
void run(served& gateway, const raw_row& row) {
    CAPTURE(row.name);
    const auto before = gateway.log_of_record.count();
    {
        raw_client client{gateway.port()};
        client.send(row.bytes);
        for (const int expected : row.statuses) {
            const auto reply = client.receive();
            CHECK(reply.status == expected);
            CHECK((expected == 200) == (reply.body == R"({"received":true})"));
        }
        if (row.closes) {
            CHECK(client.closed());
        } else {
            client.send(good());
            CHECK(client.receive().status == 200);
        }
    }
    CHECK(gateway.log_of_record.count() - before == row.records + (row.closes ? 0 : 1));
}

TEST_CASE("raw requests: request lines and header fields") {
    served gateway{bounds()};
    for (const auto& row : header_rows()) {
        run(gateway, row);
    }
}

TEST_CASE("raw requests: what two servers could read in two ways is refused and closed") {
    served gateway{bounds()};
    for (const auto& row : smuggling_rows()) {
        run(gateway, row);
    }
}

TEST_CASE("raw requests: HEAD is answered without a body") {
    served gateway{bounds()};
    raw_client client{gateway.port()};
    client.send("HEAD /stripe/webhook HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto reply = client.receive_head();
    CHECK(reply.status == 405);
    CHECK(reply.head.find("\r\nAllow: POST\r\n") != std::string::npos);
    CHECK(client.closed());
}

TEST_CASE("raw requests: bodies and chunks") {
    served gateway{bounds()};
    for (const auto& row : body_rows(body_limit)) {
        run(gateway, row);
    }
}

TEST_CASE("raw requests: cut at any place in two they are read the same") {
    served gateway{bounds()};
    const auto whole = post(
        "Transfer-Encoding: chunked\r\n",
        small_body,
        chunk(small_body.substr(0, 9)) + chunked(small_body.substr(9))
    );
    raw_client client{gateway.port()};
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        CAPTURE(cut);
        client.send(whole.substr(0, cut));
        std::this_thread::yield();
        client.send(whole.substr(cut));
        REQUIRE(client.receive().status == 200);
    }
    for (const auto& record : gateway.log_of_record.records()) {
        REQUIRE(record.body == small_body);
    }
}

TEST_CASE("raw requests: byte by byte they are read the same") {
    served gateway{bounds()};
    for (const auto& whole :
         {good(), post("Transfer-Encoding: chunked\r\n", small_body, chunked(small_body))}) {
        raw_client client{gateway.port()};
        for (const char c : whole) {
            client.send({&c, 1});
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
        CHECK(client.receive().status == 200);
    }
    CHECK(gateway.log_of_record.count() == 2);
}

}  // namespace
}  // namespace billhook::testing
