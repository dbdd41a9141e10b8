#include "tests/ingest/server/raw_rows.hpp"
#include "tests/ingest/server/served.hpp"

#include <doctest/doctest.h>

#include <set>

namespace billhook::testing {
namespace {

// As many records as answers of 200, after each conversation.
void converse_all(const std::vector<raw_row>& rows) {
    served gateway{raw_bounds()};
    std::size_t answered = 0;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        answered += converse(gateway.port(), row);
        CHECK(gateway.log_of_record.count() == answered);
    }
}

TEST_CASE("raw requests: request lines and header fields") {
    converse_all(header_rows());
}

TEST_CASE("raw requests: what two servers could read in two ways is refused and closed") {
    converse_all(smuggling_rows());
}

TEST_CASE("raw requests: bodies and chunks") {
    converse_all(body_rows());
}

TEST_CASE("raw requests: tokens and values and hosts as RFC 9110 and 9112 have them") {
    converse_all(grammar_rows());
}

TEST_CASE("raw requests: whatever is no signature is refused in the same words") {
    converse_all(signature_rows());
}

TEST_CASE("raw requests: their names are many and each is another") {
    std::set<std::string> names;
    std::size_t count = 0;
    for (const auto& rows :
         {header_rows(), smuggling_rows(), body_rows(), grammar_rows(), signature_rows()}) {
        for (const auto& row : rows) {
            CAPTURE(row.name);
            CHECK(names.insert(row.name).second);
            ++count;
        }
    }
    CHECK(count >= 300);
}

TEST_CASE("raw requests: HEAD is answered without a body") {
    served gateway{raw_bounds()};
    raw_client client{gateway.port()};
    client.send("HEAD /stripe/webhook HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto reply = client.receive_head();
    CHECK(reply.status == 405);
    CHECK(reply.head.find("\r\nAllow: POST\r\n") != std::string::npos);
    CHECK(client.closed());
}

TEST_CASE("raw requests: cut at any place in two they are read the same") {
    served gateway{raw_bounds()};
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
    limits patient = raw_bounds();  // hundreds of pauses, each as long as a busy machine makes it
    patient.header = patient.body = std::chrono::seconds{60};
    served gateway{patient};
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
