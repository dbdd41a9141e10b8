#include "ingest/http/message.hpp"

#include <doctest/doctest.h>

namespace billhook::http {
namespace {

TEST_CASE("fields: names compare without case and keep their order") {
    fields all;
    all.add("Host", "a");
    all.add("X-Empty", "");
    all.add("hOST", "b");
    CHECK(all.size() == 3);
    CHECK(all.count("HOST") == 2);
    CHECK(all.first("host") == "a");
    CHECK(all.first("x-empty") == "");
    CHECK_FALSE(all.first("Hos"));
    all.clear();
    CHECK(all.size() == 0);
    CHECK_FALSE(all.first("host"));
}

TEST_CASE("fields: names differ though case bits alone would not tell") {
    fields all;
    all.add("[a]", "1");
    CHECK(all.count("{a}") == 0);
}

TEST_CASE("to_text: a whole response and its variants") {
    response what;
    what.body = "{}";
    CHECK(
        to_text(what, {.date = "D"}) ==
        "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: application/json\r\nContent-Length: "
        "2\r\n\r\n{}"
    );
    what.status = 405;
    what.allow = "POST";
    what.retry_after = std::chrono::seconds{5};
    CHECK(
        to_text(what, {.keep_alive = false, .header_only = true, .date = {}}) ==
        "HTTP/1.1 405 Method Not Allowed\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        "Allow: POST\r\nRetry-After: 5\r\nConnection: close\r\n\r\n"
    );
    what = response{};
    what.status = 401;
    CHECK(
        to_text(what, {.keep_alive = true, .header_only = true, .date = {}}) ==
        "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"
        "WWW-Authenticate: Bearer\r\n\r\n"
    );
    what = response{};
    what.status = 304;
    what.more = {
        {"ETag",          "\"a\""   },
        {"Cache-Control", "no-cache"}
    };
    CHECK(
        to_text(what, {}) ==
        "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nCache-Control: no-cache\r\n\r\n"
    );
    what = response{};
    what.status = 204;
    what.allow = "GET";
    CHECK(to_text(what, {}) == "HTTP/1.1 204 No Content\r\nAllow: GET\r\n\r\n");
}

}  // namespace
}  // namespace billhook::http
