#include "ingest/api/calls/cors.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::api {
namespace {

const std::vector<std::string> origins{"https://app.example.com", "http://localhost:3000"};

// "; " between the fields that it adds.
std::string added(const http::request_head& asked, http::response to = {}) {
    add_cors(to, asked, origins);
    std::string text;
    for (const auto& [name, value] : to.more) {
        text += (text.empty() ? "" : "; ") + std::string(name) + ": " + value;
    }
    return text;
}

http::request_head from(const std::string& origin, const std::string& method = "GET") {
    http::request_head head;
    head.method = method;
    head.fields.add("Origin", origin);
    return head;
}

}  // namespace

TEST_CASE("cors: a listed origin reads and no other") {
    const std::string exposed =
        "; Access-Control-Expose-Headers: ETag, Idempotent-Replayed, Retry-After";
    for (const std::string& origin : origins) {
        CHECK(
            added(from(origin)) == "Vary: Origin; Access-Control-Allow-Origin: " + origin + exposed
        );
    }
    for (const char* const origin :
         {"https://app.example.com.evil.example",
          "https://app.example.com/",
          "http://app.example.com",
          "https://APP.example.com",
          "https://app.example.com:443",
          "null",
          "*",
          ""}) {
        CAPTURE(origin);
        CHECK(added(from(origin)) == "Vary: Origin");
    }
    CHECK(added({}) == "Vary: Origin");
    auto twice = from(origins[0]);
    twice.fields.add("Origin", origins[0]);
    CHECK(added(twice) == "Vary: Origin");
}

TEST_CASE("cors: without a list nothing is said of it") {
    http::response to;
    add_cors(to, from(origins[0]), {});
    CHECK(to.more.empty());
}

TEST_CASE("cors: a preflight hears the methods of the path") {
    const auto reply = preflight_answer("POST, PATCH, DELETE");
    CHECK(reply.status == 204);
    CHECK(
        added(from(origins[0], "OPTIONS"), reply) ==
        "Vary: Origin; Access-Control-Allow-Origin: https://app.example.com; "
        "Access-Control-Expose-Headers: ETag, Idempotent-Replayed, Retry-After; "
        "Access-Control-Allow-Methods: POST, PATCH, DELETE; Access-Control-Allow-Headers: "
        "Authorization, Content-Type, Idempotency-Key, If-None-Match; Access-Control-Max-Age: 600"
    );
    CHECK(added(from("https://evil.example", "OPTIONS"), reply) == "Vary: Origin");
}

TEST_CASE("cors: what is an origin") {
    for (const char* const text :
         {"https://a.example", "http://localhost:3000", "http://[::1]:80"}) {
        CAPTURE(text);
        CHECK(is_origin(text));
    }
    for (const char* const text :
         {"",
          "*",
          "null",
          "https://",
          "https://*.a.example",
          "https://a/",
          "a.example",
          "https://a b",
          "ftp://a",
          "https://u@a",
          "HTTPS://a",
          "https://A"}) {
        CAPTURE(text);
        CHECK_FALSE(is_origin(text));
    }
}

}  // namespace billhook::api
