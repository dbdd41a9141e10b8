#include "ingest/api/calls/writes.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace billhook::api {
namespace {

TEST_CASE("writes: whatever makes a difference makes another key") {
    const operation first{
        .name = "customer",
        .livemode = false,
        .organization = organization_id{"org_1"},
        .content = "a",
        .generation = "0.0"};
    std::set<std::string> keys{idempotency_key(first)};
    const auto differs = [&](auto change) {
        auto other = first;
        change(other);
        CHECK(keys.insert(idempotency_key(other)).second);
    };
    differs([](auto& of) { of.name = "subscription"; });
    differs([](auto& of) { of.livemode = true; });
    differs([](auto& of) { of.organization = organization_id{"org_2"}; });
    differs([](auto& of) { of.content = "b"; });
    differs([](auto& of) { of.generation = "1.0"; });
    differs([](auto& of) { of.generation = "0.1"; });
    CHECK(idempotency_key(first) == *keys.find(idempotency_key(first)));
    for (const std::string& key : keys) {
        CHECK(key.size() == 57);
        CHECK(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == key.npos);
    }
}

TEST_CASE("writes: a generation is of what is there") {
    generations mine;
    generations his;
    CHECK(mine.next("0") == "0.0");
    CHECK(mine.next("0") == "0.1");
    CHECK(mine.next("1") == "1.0");
    CHECK(mine.next("1") == his.next("1").substr(0, 2) + "1");
    CHECK(mine.next("0") == "0.0");
}

TEST_CASE("writes: a body that says nothing and others") {
    for (const char* const body : {"", "{}", " { } "}) {
        CAPTURE(body);
        CHECK(is_empty_body(body));
    }
    for (const char* const body :
         {"[]", "null", "{", "{\"a\":1}", "{\"a\":1,\"a\":2}", "{}{}", "\xff", "\"\"", " "}) {
        CAPTURE(body);
        CHECK_FALSE(is_empty_body(body));
    }
}

TEST_CASE("writes: a return URL within the origins and what only looks so") {
    const auto origins = origins_in("https://app.example.com/, http://localhost:3000");
    REQUIRE(origins.size() == 2);
    for (const char* const url :
         {"https://app.example.com",
          "https://app.example.com/billing?a=b#c",
          "https://app.example.com?x",
          "https://app.example.com#x",
          "http://localhost:3000/"}) {
        CAPTURE(url);
        CHECK(is_within(url, origins));
    }
    for (const char* const url :
         {"",
          "/billing",
          "//app.example.com",
          "http://app.example.com/",
          "https://app.example.com.evil.example/",
          "https://app.example.com@evil.example/",
          "https://app.example.com:444/",
          "https://evil.example/https://app.example.com/",
          "https://app.example.com\\@evil.example",
          "https://app.example.com/\r\nX: y",
          "https://app.example.com/ ",
          "javascript:alert(1)",
          "HTTPS://APP.EXAMPLE.COM/",
          "http://localhost:30000/"}) {
        CAPTURE(url);
        CHECK_FALSE(is_within(url, origins));
    }
    CHECK(origins_in("").empty());
    CHECK(origins_in(" , ,").empty());
    CHECK_FALSE(is_within("https://app.example.com/", {}));
}

TEST_CASE("writes: a link that may stand in a header") {
    CHECK(is_link("https://billing.stripe.com/p/session/test_1"));
    CHECK(is_link("http://127.0.0.1:12111/p"));
    for (const char* const url :
         {"",
          "http://billing.stripe.com/",
          "https://a\r\nSet-Cookie: b",
          "javascript:1",
          "https://\xc3\xa4",
          "https://a b"}) {
        CAPTURE(url);
        CHECK_FALSE(is_link(url));
    }
}

}  // namespace
}  // namespace billhook::api
