#include "tests/ingest/server/raw_rows.hpp"
#include "tests/ingest/server/served.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <mutex>

namespace billhook::testing {
namespace {

using namespace std::chrono_literals;

limits impatient() {
    auto bounds = limits_from({});
    bounds.header = 150ms;
    bounds.body = 150ms;
    bounds.idle = 150ms;
    bounds.write = 300ms;
    bounds.linger = 150ms;
    return bounds;
}

const std::string whole = good();
const std::size_t header_size = whole.find("\r\n\r\n") + 4;

TEST_CASE("deadlines: who says nothing is let go without an answer") {
    served gateway{impatient()};
    raw_client client{gateway.port()};
    CHECK(client.closed());
}

TEST_CASE("deadlines: who says nothing more after an answer is let go without another") {
    served gateway{impatient()};
    raw_client client{gateway.port()};
    client.send(whole);
    CHECK(client.receive().status == 200);
    CHECK(client.closed());
}

TEST_CASE("deadlines: a request that does not end is 408 however steadily it drips") {
    served gateway{impatient()};
    struct row {
        std::string start;
        std::string drip;
    };
    const std::string in_chunk = "fff\r\n";
    // clang-format off
    const row rows[] = {
        {"P", "O"},
        {"POST /stripe/webhook HTTP/1.1\r\n", "X: y\r\n"},
        {post("Content-Length: 999\r\n", "", ""), "x"},
        {post("Transfer-Encoding: chunked\r\n", "", in_chunk), "x"},
        {post("Transfer-Encoding: chunked\r\n", "", ""), "1\r\nx\r\n"},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(row.start);
        raw_client client{gateway.port()};
        client.send(row.start);
        for (int i = 0; i < 200 && !client.readable(20ms); ++i) {
            client.send(row.drip);
        }
        CHECK(client.receive().status == 408);
        CHECK(client.closed());
    }
    CHECK(gateway.log_of_record.count() == 0);
}

TEST_CASE("deadlines: who does not read the answers is let go") {
    auto bounds = impatient();
    bounds.requests_per_connection = 20'001;
    served gateway{bounds};
    raw_client client{gateway.port()};
    // More answers than socket buffers hold are never taken.
    std::string many;
    for (int i = 0; i < 20'000; ++i) {
        many += whole;
    }
    client.send(many);
    // A minute is for a slow machine; the bound itself is a fraction of a second.
    for (int i = 0; i < 3'000 && gateway.admitted().connections() != 0; ++i) {
        std::this_thread::sleep_for(20ms);
    }
    CHECK(gateway.admitted().connections() == 0);
}

TEST_CASE("expectation: 100 is sent when the header is good and nothing else has come") {
    served gateway;
    const auto asking = post("Expect: 100-continue\r\nContent-Length: 31\r\n", small_body, "");
    raw_client client{gateway.port()};
    client.send(asking);
    CHECK(client.receive().status == 100);
    client.send(small_body);
    CHECK(client.receive().status == 200);
    raw_client refused{gateway.port()};
    refused.send(post("Expect: 100-continue\r\nContent-Length: 99999999\r\n", small_body, ""));
    CHECK(refused.receive().status == 413);
    CHECK(refused.closed());
}

TEST_CASE("connections: beyond the bound the longest idle one gives way") {
    auto bounds = limits_from({});
    bounds.connections = 3;
    served gateway{bounds};
    {
        std::deque<raw_client> clients;
        for (int i = 0; i < 3; ++i) {
            clients.emplace_back(gateway.port()).send(whole);
            CHECK(clients.back().receive().status == 200);
        }
        // The one that has waited longest for a request gives way, though all have one address.
        raw_client late{gateway.port()};
        late.send(whole);
        CHECK(late.receive().status == 200);
        CHECK(clients.front().closed());
        clients.back().send(whole);
        CHECK(clients.back().receive().status == 200);
        CHECK(gateway.admitted().connections() == 3);
    }
    for (int i = 0; i < 200 && gateway.admitted().connections() != 0; ++i) {
        std::this_thread::sleep_for(10ms);
    }
    raw_client again{gateway.port()};
    again.send(whole);
    CHECK(again.receive().status == 200);
}

TEST_CASE("connections: where all are at work a newcomer is closed") {
    auto bounds = limits_from({});
    bounds.connections_per_address = 1;
    served gateway{bounds};
    gateway.log_of_record.hold = true;
    raw_client first{gateway.port()};
    first.send(whole);
    while (gateway.log_of_record.count() == 0) {
        std::this_thread::yield();
    }
    raw_client second{gateway.port()};
    CHECK(second.closed());
    CHECK(first.receive().status == 503);
}

TEST_CASE("connections: an address has a bound of its own and a listed proxy has none") {
    struct row {
        const char* proxies;
        bool gives_way;
    };
    for (const auto& row : {
             row{"",            true },
             row{"127.0.0.0/8", false}
    }) {
        CAPTURE(row.proxies);
        auto bounds = limits_from({});
        bounds.connections_per_address = 1;
        served gateway{bounds, *trusted_proxies_from(row.proxies, "")};
        raw_client first{gateway.port()};
        first.send(whole);
        CHECK(first.receive().status == 200);
        raw_client second{gateway.port()};
        second.send(whole);
        CHECK(second.receive().status == 200);
        CHECK(gateway.admitted().connections() == (row.gives_way ? 1 : 2));
        CHECK(first.closed(500ms) == row.gives_way);
    }
}

TEST_CASE("connections: after the last request allowed they are closed with its answer") {
    auto bounds = limits_from({});
    bounds.requests_per_connection = 3;
    served gateway{bounds};
    raw_client client{gateway.port()};
    client.send(whole + whole + whole + whole);
    for (int i = 0; i < 3; ++i) {
        const auto reply = client.receive();
        CHECK(reply.status == 200);
        CHECK((reply.head.find("Connection: close") != std::string::npos) == (i == 2));
    }
    CHECK(client.closed());
    CHECK(gateway.log_of_record.count() == 3);
}

TEST_CASE("answers: what the log says becomes the answer and the connection lives on") {
    served gateway;
    raw_client client{gateway.port()};
    for (const auto& [said, status] : {
             std::pair{delivery::persisted, 200},
             {delivery::refused,   503},
             {delivery::unknown,   503}
    }) {
        gateway.log_of_record.answer = said;
        client.send(whole);
        const auto reply = client.receive();
        CHECK(reply.status == status);
        CHECK((reply.head.find("Retry-After: ") != std::string::npos) == (status == 503));
    }
}

TEST_CASE("answers: who sends many requests at once has them answered one a turn") {
    served gateway;
    const std::string from_one = R"({"id":"evt_2","object":"event"})";
    const std::string from_another = R"({"id":"evt_3","object":"event"})";
    raw_client one{gateway.port()};
    raw_client another{gateway.port()};
    for (raw_client* each : {&one, &another}) {
        each->send(whole);
        REQUIRE(each->receive().status == 200);
    }
    std::string many;
    constexpr int count = 50;
    for (int i = 0; i < count; ++i) {
        many += good(from_one);
    }
    {
        // While the server stands still both come to it.
        raw_client first{gateway.port()};
        const std::scoped_lock lock{gateway.log_of_record.still};
        first.send(whole);
        one.send(many);
        another.send(good(from_another));
    }
    REQUIRE(another.receive().status == 200);
    for (int i = 0; i < count; ++i) {
        REQUIRE(one.receive().status == 200);
    }
    const auto records = gateway.log_of_record.records();
    const auto place_of = [&records](const std::string& body) {
        return std::ranges::find(records, body, &record::body) - records.begin();
    };
    CHECK(place_of(from_another) < place_of(from_one) + 5);
}

TEST_CASE("answers: an internal failure is a 500 without words and the server lives on") {
    served gateway;
    gateway.log_of_record.fail = true;
    raw_client client{gateway.port()};
    client.send(whole);
    const auto reply = client.receive();
    CHECK(reply.status == 500);
    CHECK(reply.body.find("log of record") == std::string::npos);
    CHECK(client.closed());
    gateway.log_of_record.fail = false;
    raw_client other{gateway.port()};
    other.send(whole);
    CHECK(other.receive().status == 200);
}

TEST_CASE("answers: the record is what was sent and who sent it") {
    served gateway;
    const std::string body =
        R"({"id":"evt_9","object":"event","type":"customer.created","data":{"object":{"id":"cus_9","object":"customer"}}})";
    raw_client client{gateway.port()};
    client.send(good(body));
    REQUIRE(client.receive().status == 200);
    const auto record = gateway.log_of_record.records().at(0);
    CHECK(record.body == body);
    CHECK(record.key == "cus_9");
    CHECK(record.event_id == "evt_9");
    CHECK(record.event_type == "customer.created");
    CHECK(record.endpoint == "main");
    CHECK(record.mode == endpoint_mode::test);
    CHECK(record.secret == "first");
    CHECK(record.received_at == from_unix_seconds(1700000000));
    CHECK(record.stripe_signature == signature_of(body));
    CHECK(record.source == record_source_kind::webhook);
}

TEST_CASE("answers: every outcome is counted under its word") {
    served gateway;
    raw_client client{gateway.port()};
    client.send(whole + post("Content-Length: 2\r\n", small_body, "{}"));
    CHECK(client.receive().status == 200);
    CHECK(client.receive().status == 400);
    raw_client other{gateway.port()};
    other.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(other.receive().status == 404);
    const auto text = gateway.counted().exposition();
    for (const char* line :
         {R"(billhook_ingest_requests_total{listener="webhook",outcome="ok"} 1)",
          R"(billhook_ingest_requests_total{listener="webhook",outcome="bad_signature"} 1)",
          R"(billhook_ingest_requests_total{listener="webhook",outcome="not_found"} 1)",
          R"(billhook_ingest_signatures_accepted_total{endpoint="main",secret="first"} 1)",
          R"(billhook_ingest_signatures_refused_total{endpoint="main",reason="no_match"} 1)",
          R"(billhook_ingest_appends_total{delivery="persisted"} 1)"}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
}

TEST_CASE("log: refused signatures and an outage are told and nothing of the requests") {
    served gateway;
    for (int times = 0; times < 2; ++times) {
        raw_client client{gateway.port()};
        client.send(post("Content-Length: 99\r\n", "other", std::string(99, 'x')));
        CHECK(client.receive().status == 400);
    }
    gateway.log_of_record.answer = delivery::unknown;
    raw_client client{gateway.port()};
    client.send(whole);
    CHECK(client.receive().status == 503);
    gateway.stop(5s);
    const auto lines = gateway.written();
    CHECK(
        lines.find("signatures refused endpoint=main reason=no_match deliveries=1\n") != lines.npos
    );
    CHECK(lines.find("Kafka does not acknowledge: deliveries are told 503 cause=") != lines.npos);
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 2);
    CHECK(lines.find("xxx") == lines.npos);
    CHECK(lines.find("v1=") == lines.npos);
}

TEST_CASE("stop: idle connections go at once and a request under way has its answer") {
    served gateway;
    gateway.log_of_record.hold = true;
    raw_client idle{gateway.port()};
    raw_client busy{gateway.port()};
    busy.send(whole);
    while (gateway.log_of_record.count() == 0) {
        std::this_thread::yield();
    }
    gateway.stop(5s);
    CHECK(idle.closed());
    const auto reply = busy.receive();
    CHECK(reply.status == 503);
    CHECK(reply.head.find("Connection: close") != std::string::npos);
    CHECK(busy.closed());
    CHECK_THROWS(raw_client{gateway.port()});
}

TEST_CASE("stop: who does not finish in time is cut") {
    served gateway;
    raw_client slow{gateway.port()};
    slow.send(whole.substr(0, 20));
    for (int i = 0; i < 200 && gateway.admitted().connections() == 0; ++i) {
        std::this_thread::sleep_for(5ms);
    }
    gateway.stop(100ms);
    CHECK(slow.closed());
    CHECK(gateway.admitted().connections() == 0);
}

TEST_CASE("listener: a port that somebody has is named also if he would share it") {
    boost::asio::io_context io;
    const auto loopback = boost::asio::ip::make_address("127.0.0.1");
    const auto first = listening_socket(io, {loopback, 0});
    const auto taken = first.local_endpoint();
    const auto shared = listening_socket(io, taken);
    CHECK(shared.local_endpoint() == taken);
    try {
        require_free(taken);
        FAIL("not refused");
    } catch (const cannot_listen& refused) {
        CHECK(std::string{refused.what()}.find(std::to_string(taken.port())) != std::string::npos);
    }
    CHECK_NOTHROW(require_free({loopback, 0}));
}

}  // namespace
}  // namespace billhook::testing
