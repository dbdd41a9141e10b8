#include "schemas/io/process/admin_server.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace billhook {
namespace {

struct silence {
    std::ostringstream out;
    log lines{"worker", log_level::info, log_format::text, out};
};

int connect_to(std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(made, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    return made;
}

// Sends the text and reads until the server closes.
std::string exchange(std::uint16_t port, const std::string& text) {
    const int made = connect_to(port);
    REQUIRE(::send(made, text.data(), text.size(), MSG_NOSIGNAL) == std::ssize(text));
    ::shutdown(made, SHUT_WR);
    std::string got;
    std::array<char, 1024> part{};
    for (auto size = ::recv(made, part.data(), part.size(), 0); size > 0;
         size = ::recv(made, part.data(), part.size(), 0)) {
        got.append(part.data(), static_cast<std::size_t>(size));
    }
    ::close(made);
    return got;
}

admin_server::routes routes() {
    return {
        {"/healthz",
         [] {
             return admin_reply{200, "alive\n"};
         }                                                                            },
        {"/readyz",
         [] {
             return admin_reply{503, "no\n"};
         }                                                                            },
        {"/large",
         [] {
             return admin_reply{200, std::string(3'000'000, 'x')};
         }                                                                            },
        {"/broken",  []() -> admin_reply { throw std::runtime_error("secret words"); }},
    };
}

}  // namespace

TEST_CASE_FIXTURE(silence, "admin server: each request has its documented answer") {
    const admin_server server({"127.0.0.1", 0}, routes(), lines);
    struct row {
        std::string name;
        std::string request;
        std::string status;
    };
    const std::string end = " HTTP/1.1\r\nHost: 127.0.0.1:9465\r\n\r\n";
    const row rows[] = {
        {"known path", "GET /healthz" + end, "HTTP/1.1 200 OK\r\n"},
        {"not ready", "GET /readyz" + end, "HTTP/1.1 503 Service Unavailable\r\n"},
        {"throwing", "GET /broken" + end, "HTTP/1.1 503 Service Unavailable\r\n"},
        {"unknown path", "GET /nothing" + end, "HTTP/1.1 404 Not Found\r\n"},
        {"trailing slash", "GET /healthz/" + end, "HTTP/1.1 404 Not Found\r\n"},
        {"query", "GET /healthz?a=b" + end, "HTTP/1.1 404 Not Found\r\n"},
        {"other method", "POST /healthz" + end, "HTTP/1.1 405 Method Not Allowed\r\n"},
        {"no HTTP", "hello\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
        {"cut off", "GET /healthz HTTP/1.1\r\n", ""},
        {"too long",
         "GET /" + std::string(10'000, 'x'),
         "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto got = exchange(server.port(), row.request);
        CHECK(got.substr(0, got.find('\n') + 1) == row.status);
        CHECK(got.find("secret words") == std::string::npos);
    }
}

TEST_CASE_FIXTURE(silence, "admin server: a large body arrives whole") {
    const admin_server server({"127.0.0.1", 0}, routes(), lines);
    const auto got = exchange(server.port(), "GET /large HTTP/1.0\r\n\r\n");
    CHECK(got.substr(got.find("\r\n\r\n") + 4) == std::string(3'000'000, 'x'));
    CHECK(got.find("Content-Length: 3000000\r\n") != std::string::npos);
}

TEST_CASE_FIXTURE(silence, "admin server: a taken port and a wrong address are told") {
    const admin_server first({"127.0.0.1", 0}, {}, lines);
    try {
        const admin_server second({"127.0.0.1", first.port()}, {}, lines);
        FAIL("no error");
    } catch (const std::system_error& why) {
        CHECK(why.code() == std::errc::address_in_use);
    }
    CHECK_THROWS_AS(admin_server({"localhost.", 0}, {}, lines), std::system_error);
}

TEST_CASE_FIXTURE(
    silence,
    "admin server: on the loopback only who asks for an address is answered"
) {
    const admin_server server({"127.0.0.1", 0}, routes(), lines);
    struct row {
        std::string host;
        bool answered;
    };
    const row rows[] = {
        {"127.0.0.1",                       true },
        {"127.0.0.1:9465",                  true },
        {"[::1]:9465",                      true },
        {"10.1.2.3",                        true },
        {"localhost",                       true },
        {"LocalHost:9465",                  true },
        {"attacker.example",                false},
        {"127.0.0.1.attacker.example:9465", false},
        {"localhost.attacker.example",      false},
        {"[attacker.example]",              false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.host);
        const auto got =
            exchange(server.port(), "GET /healthz HTTP/1.1\r\nHost: " + row.host + "\r\n\r\n");
        CHECK(got.starts_with(row.answered ? "HTTP/1.1 200 " : "HTTP/1.1 421 "));
    }
    CHECK(out.str().empty());
}

TEST_CASE_FIXTURE(silence, "admin server: listening for others it warns and is asked by any name") {
    const admin_server server({"0.0.0.0", 0}, routes(), lines);
    CHECK(out.str().find(" warning worker: metrics are for all") != std::string::npos);
    const auto got = exchange(server.port(), "GET /healthz HTTP/1.1\r\nHost: worker\r\n\r\n");
    CHECK(got.starts_with("HTTP/1.1 200 "));
}

TEST_CASE_FIXTURE(silence, "admin server: who only holds connections keeps no probe waiting") {
    const admin_server server({"127.0.0.1", 0}, routes(), lines);
    std::vector<int> held;
    for (int i = 0; i < 200; ++i) {
        held.push_back(connect_to(server.port()));
    }
    for (int i = 0; i < 3; ++i) {
        const auto got = exchange(server.port(), "GET /healthz HTTP/1.0\r\n\r\n");
        CHECK(got.starts_with("HTTP/1.1 200 "));
    }
    // The last of them is open still; the first had to give way.
    char nothing = 0;
    CHECK(::recv(held.back(), &nothing, 1, MSG_DONTWAIT) == -1);
    CHECK(::recv(held.front(), &nothing, 1, MSG_DONTWAIT) != -1);
    for (const int one : held) {
        ::close(one);
    }
}

}  // namespace billhook
