#include "ingest/api/keys/running_authority.hpp"

#include "schemas/io/process/clock.hpp"
#include "schemas/types/sha256.hpp"
#include "tests/ingest/api/access/example.hpp"
#include "tools/simulator/api_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <thread>

namespace billhook::api {
namespace {

using example::claims;
using example::token;

access_settings told(const std::string& key_set_url = "") {
    access_settings settings;
    settings.issuer = example::issuer;
    settings.key_set_url = key_set_url;
    settings.service_tokens = {
        {"backend", sha256_hex("bhk_x"), std::nullopt}
    };
    return settings;
}

running_authority::listeners nobody() {
    return {[](token_refusal) {}, [](const std::string&) {}};
}

std::string answer(running_authority& by, const std::string& bearer, instant now = example::now) {
    http::request_head head;
    head.fields.add("Authorization", "Bearer " + bearer);
    const auto who = by.who_asks(head, std::nullopt, now);
    return who ? who->organization.text() + " " + who->subject
               : std::string(to_word(who.error().code));
}

std::string member(std::string_view kid = example::key_id) {
    return token(
        claims(R"("org_id":"org_1","org_role":"x")"),
        fmt::format(R"({{"alg":"RS256","kid":"{}"}})", kid)
    );
}

// Asks until it is not `keys_unavailable` any more: the fetch runs beside us.
std::string settled(running_authority& by, const std::string& bearer) {
    for (int tries = 0; tries < 30'000; ++tries) {
        const auto found = answer(by, bearer);
        if (found != "keys_unavailable") {
            return found;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return "never";
}

TEST_CASE("running authority: it fetches the keys of the issuer by itself and once") {
    std::atomic<int> fetches = 0;
    simulator::api_server source([&](const simulator::api_call& call) {
        ++fetches;
        CHECK(call.path == "/keys");
        CHECK_FALSE(call.headers.contains("authorization"));
        return simulator::api_answer{
            .headers = {{"cache-control", "public, max-age=600"}},
            .body = R"({"keys":[)" + example::signer().web_key(example::key_id) + "]}"};
    });
    running_authority authority(told(source.base() + "/keys"), "", nobody());
    CHECK(settled(authority, member()) == "org_1 user_1");
    CHECK(authority.has_keys());
    // The fetch was just now, by the clock that counts its ten seconds.
    const instant just_now = system_clock().now();
    for (int i = 0; i < 100; ++i) {
        CHECK(
            answer(authority, member(fmt::format("ins_{}", i + 2)), just_now) == "unauthenticated"
        );
    }
    CHECK(answer(authority, "bhk_x") == " backend");
    CHECK(fetches == 1);
}

TEST_CASE("running authority: a source that fails is told once and sessions wait") {
    std::atomic<int> told_of = 0;
    std::string news;
    {
        simulator::api_server source([&](const simulator::api_call&) {
            return simulator::api_answer{.status = 500};
        });
        auto tell = nobody();
        tell.news = [&](const std::string& what) {
            news = what;
            ++told_of;
        };
        running_authority authority(told(source.base() + "/keys"), "", std::move(tell));
        while (told_of == 0) {
            std::this_thread::yield();
        }
        CHECK(answer(authority, member()) == "keys_unavailable");
        CHECK_FALSE(authority.has_keys());
        CHECK(answer(authority, "bhk_x") == " backend");
    }
    CHECK(told_of == 1);
    CHECK(news == "it cannot be fetched: status 500");
}

TEST_CASE("running authority: with a key file nothing is fetched and it must be a key") {
    running_authority authority(
        told("https://127.0.0.1:1/keys"), example::signer().public_pem(), nobody()
    );
    CHECK(authority.has_keys());
    CHECK(answer(authority, member()) == "org_1 user_1");
    CHECK(answer(authority, member("any")) == "org_1 user_1");
    CHECK_THROWS_AS(
        running_authority(told(), token_signer::made(1024).public_pem(), nobody()),
        std::runtime_error
    );
    CHECK_THROWS_AS(running_authority(told(), "x", nobody()), std::runtime_error);
}

TEST_CASE("running authority: without an issuer no session is believed") {
    auto settings = told();
    settings.issuer.clear();
    running_authority authority(settings, "", nobody());
    CHECK(authority.has_keys());
    CHECK(answer(authority, member()) == "unauthenticated");
    CHECK(answer(authority, "bhk_x") == " backend");
}

TEST_CASE("running authority: where the keys are") {
    CHECK(key_set_url_of(told()) == "https://clerk.example.com/.well-known/jwks.json");
    CHECK(key_set_url_of(told("https://k.example.com/x")) == "https://k.example.com/x");
    auto settings = told();
    settings.issuer = "https://i.example.com/";
    CHECK(key_set_url_of(settings) == "https://i.example.com/.well-known/jwks.json");
}

}  // namespace
}  // namespace billhook::api
