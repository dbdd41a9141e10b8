#include "schemas/io/process/admin_server.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace billhook {
namespace {

// Sends the text and reads until the server closes.
std::string exchange(std::uint16_t port, const std::string& text) {
    const int made = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(made, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
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

TEST_CASE("admin server: each request has its documented answer") {
    const admin_server server("127.0.0.1", 0, routes());
    struct row {
        std::string name;
        std::string request;
        std::string status;
    };
    const std::string end = " HTTP/1.1\r\nHost: x\r\n\r\n";
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
        {"too long", "GET /" + std::string(10'000, 'x'), ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto got = exchange(server.port(), row.request);
        CHECK(got.substr(0, got.find('\n') + 1) == row.status);
        CHECK(got.find("secret words") == std::string::npos);
    }
}

TEST_CASE("admin server: a large body arrives whole") {
    const admin_server server("127.0.0.1", 0, routes());
    const auto got = exchange(server.port(), "GET /large HTTP/1.0\r\n\r\n");
    CHECK(got.substr(got.find("\r\n\r\n") + 4) == std::string(3'000'000, 'x'));
    CHECK(got.find("Content-Length: 3000000\r\n") != std::string::npos);
}

TEST_CASE("admin server: a taken port and a wrong address are told") {
    const admin_server first("127.0.0.1", 0, {});
    try {
        const admin_server second("127.0.0.1", first.port(), {});
        FAIL("no error");
    } catch (const std::system_error& why) {
        CHECK(why.code() == std::errc::address_in_use);
    }
    CHECK_THROWS_AS(admin_server("localhost.", 0, {}), std::system_error);
}

}  // namespace billhook
