#include "tools/simulator/courier.hpp"

#include "tools/simulator/signature.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace billhook::simulator {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

struct answer_with {
    unsigned status;  // 0: hang up without an answer
    bool keep_alive;
};

// Answers one connection after the other, a request each with the next of these, then the last of
// them for ever; keeps what it was sent. Ends with the test.
class server {
public:
    explicit server(std::vector<answer_with> answers)
        : answers_(std::move(answers)),
          acceptor_(context_, {asio::ip::address_v4::loopback(), 0}),
          thread_([this] { serve(); }) {}
    ~server() {
        // A last connection ends the accept that waits.
        stopping_ = true;
        asio::io_context other;
        tcp::socket last(other);
        boost::system::error_code ignored;
        last.connect(acceptor_.local_endpoint(), ignored);
        last.close(ignored);
        thread_.join();
    }
    [[nodiscard]] webhook_url url() const {
        return {"127.0.0.1", std::to_string(acceptor_.local_endpoint().port()), "/hook"};
    }
    struct seen {
        std::string target;
        std::string signature;
        std::string body;
    };
    // So far.
    [[nodiscard]] std::vector<seen> requests() {
        const std::lock_guard alone(guard_);
        return requests_;
    }

private:
    void serve() {
        while (!stopping_) {
            tcp::socket socket(context_);
            acceptor_.accept(socket);
            boost::beast::flat_buffer buffer;
            while (answer_one(socket, buffer)) {
            }
        }
    }

    bool answer_one(tcp::socket& socket, boost::beast::flat_buffer& buffer) {
        boost::system::error_code error;
        http::request<http::string_body> request;
        http::read(socket, buffer, request, error);
        if (error) {
            return false;
        }
        keep(
            {std::string(request.target()),
             std::string(request["Stripe-Signature"]),
             request.body()}
        );
        const auto next = answers_[std::min(at_++, answers_.size() - 1)];
        if (next.status == 0) {
            return false;
        }
        http::response<http::string_body> response(http::int_to_status(next.status), 11);
        response.keep_alive(next.keep_alive);
        response.prepare_payload();
        http::write(socket, response, error);
        return !error && next.keep_alive;
    }

    void keep(seen one) {
        const std::lock_guard alone(guard_);
        requests_.push_back(std::move(one));
    }

    std::vector<answer_with> answers_;
    std::size_t at_ = 0;
    std::mutex guard_;
    std::vector<seen> requests_;
    std::atomic<bool> stopping_ = false;
    asio::io_context context_;
    tcp::acceptor acceptor_;
    std::thread thread_;
};

courier_settings towards(const server& there) {
    courier_settings settings;
    settings.url = there.url();
    settings.key = secret("whsec_test");
    settings.connections = 1;
    settings.attempts = 5;
    settings.longest_pause = std::chrono::milliseconds(60);
    return settings;
}

TEST_CASE("courier: bodies go out byte for byte under a signature of their own") {
    server there({
        {200, true}
    });
    const std::vector<std::string> bodies{"{\"id\":\"evt_1\"}\n", "", std::string("\0\xff{", 3)};
    std::vector<post> posts;
    for (const auto& body : bodies) {
        posts.push_back({body, 0});
    }
    const auto sent = deliver(posts, towards(there), [](const tally&) {});
    CHECK(sent.statuses == std::vector<int>{200, 200, 200});
    CHECK(sent.counts.accepted == 3);
    CHECK(sent.counts.repeated == 0);
    const auto requests = there.requests();
    REQUIRE(requests.size() == 3);
    for (std::size_t at = 0; at < bodies.size(); ++at) {
        const auto& got = requests[at];
        CHECK(got.target == "/hook");
        CHECK(got.body == bodies[at]);
        const auto seconds = std::stoll(got.signature.substr(2));
        CHECK(
            got.signature ==
            signature_header(got.body, secret("whsec_test"), from_unix_seconds(seconds))
        );
    }
}

struct retry_row {
    const char* name;
    std::vector<answer_with> answers;
    int status;
    std::size_t requests;
};

TEST_CASE("courier: what is not answered 200 is sent again within bounds") {
    const std::vector<retry_row> rows{
        {"unavailable once",       {{503, true}, {200, true}},  200, 2},
        {"closed by the gateway",  {{503, false}, {200, true}}, 200, 2},
        {"hung up once",           {{0, false}, {200, true}},   200, 2},
        {"always unavailable",     {{503, true}},               503, 5},
        {"refused like a failure", {{400, true}},               400, 3},
        {"never answered",         {{0, false}},                0,   5},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        server there(row.answers);
        const std::vector<post> posts{
            {"{}", 0}
        };
        const auto sent = deliver(posts, towards(there), [](const tally&) {});
        CHECK(sent.statuses.front() == row.status);
        CHECK(sent.counts.done == 1);
        CHECK(sent.counts.accepted == (row.status == 200 ? 1u : 0u));
        CHECK(there.requests().size() == row.requests);
    }
}

TEST_CASE("courier: a lane keeps its order while a post of it is tried again") {
    server there({
        {200, true},
        {503, true},
        {503, true},
        {200, true}
    });
    const std::vector<post> posts{
        {"1", 0},
        {"2", 0},
        {"3", 0}
    };
    const auto sent = deliver(posts, towards(there), [](const tally&) {});
    CHECK(sent.counts.accepted == 3);
    std::string order;
    for (const auto& got : there.requests()) {
        order += got.body;
    }
    CHECK(order == "12223");
}

TEST_CASE("courier: nobody listening is no answer") {
    courier_settings settings;
    {
        server there({
            {200, true}
        });
        settings = towards(there);
    }
    const std::vector<post> posts{
        {"{}", 0}
    };
    const auto sent = deliver(posts, settings, [](const tally&) {});
    CHECK(sent.statuses.front() == 0);
    CHECK(sent.counts.repeated == 4);
}

TEST_CASE("courier: webhook URLs") {
    struct row {
        const char* text;
        const char* parts;  // "host port path", or "" for none
    };
    const std::vector<row> rows{
        {"http://127.0.0.1:8080/stripe/webhook", "127.0.0.1 8080 /stripe/webhook"},
        {"http://localhost",                     "localhost 80 /"                },
        {"http://[::1]:9/x",                     "::1 9 /x"                      },
        {"http://[::1]/x",                       "::1 80 /x"                     },
        {"https://127.0.0.1/x",                  ""                              },
        {"http:///x",                            ""                              },
        {"http://a:b/x",                         ""                              },
        {"http://a:/x",                          ""                              },
        {"http://a/x y",                         ""                              },
        {"",                                     ""                              },
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto url = parse_webhook_url(row.text);
        CHECK((url ? url->host + " " + url->port + " " + url->path : "") == row.parts);
    }
}

}  // namespace
}  // namespace billhook::simulator
