#include "ingest/api/access/key_set.hpp"

#include "schemas/types/base64.hpp"
#include "tests/ingest/api/access/example.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>

namespace billhook::api {
namespace {

// "keys a,b" in the order of their names asked for, or the word of the refusal.
std::string answer(const std::string& body) {
    const auto set = parse_key_set(body);
    if (!set) {
        return std::string(to_word(set.error()));
    }
    std::string names;
    for (const char* name : {"a", "b", ""}) {
        names += set->find(name) != nullptr ? fmt::format(" {}", name) : "";
    }
    return "keys" + names;
}

std::string set_of(const std::string& keys) {
    return R"({"keys":[)" + keys + "]}";
}

std::string changed(const std::string& key, const std::string& from, const std::string& to) {
    const auto at = key.find(from);
    REQUIRE(at != key.npos);
    return std::string(key).replace(at, from.size(), to);
}

TEST_CASE("key set: of what it lists only what verifies RS256 is taken") {
    const std::string a = example::signer().web_key("a");
    const std::string b = example::other_signer().web_key("b");
    const std::string weak = token_signer::made(1024).web_key("b");
    const std::string huge = fmt::format(
        R"({{"kty":"RSA","kid":"b","e":"AQAB","n":"{}"}})", to_base64url(std::string(1026, '\x7f'))
    );
    std::string many = a;
    for (int i = 1; i < 101; ++i) {
        many += ',' + a;
    }
    struct row {
        const char* name;
        std::string body;
        const char* answer;
    };
    const row rows[] = {
        {"one", set_of(a), "keys a"},
        {"two", set_of(a + ',' + b), "keys a b"},
        {"members that nobody knows", R"({"x":1,"keys":[)" + a + "]}", "keys a"},
        {"for encryption", set_of(a + ',' + changed(b, R"("sig")", R"("enc")")), "keys a"},
        {"of another algorithm", set_of(a + ',' + changed(b, "RS256", "RS512")), "keys a"},
        {"of another type", set_of(a + ',' + changed(b, R"("RSA")", R"("EC")")), "keys a"},
        {"without use", set_of(changed(b, R"("use":"sig",)", "")), "keys b"},
        {"without an algorithm", set_of(changed(b, R"("alg":"RS256",)", "")), "keys b"},
        {"without a name", set_of(a + ',' + changed(b, R"("kid":"b",)", "")), "keys a"},
        {"of no name", set_of(a + ',' + changed(b, R"("kid":"b")", R"("kid":"")")), "keys a"},
        {"1024 bits", set_of(a + ',' + weak), "keys a"},
        {"8208 bits", set_of(a + ',' + huge), "keys a"},
        {"an exponent of one", set_of(a + ',' + changed(b, "AQAB", "AQ")), "keys a"},
        {"an even exponent", set_of(a + ',' + changed(b, "AQAB", "AQAC")), "keys a"},
        {"an endless exponent",
         set_of(a + ',' + changed(b, "AQAB", std::string(400, 'A'))),
         "keys a"},
        {"a number with padding", set_of(a + ',' + changed(b, "AQAB", "AQAB====")), "keys a"},
        {"a number that is one", set_of(a + R"(,{"kty":"RSA","kid":"b","n":7,"e":3})"), "keys a"},
        {"no objects", set_of(a + R"(,null,[],"b")"), "keys a"},
        {"one that is weak", set_of(weak), "no_key"},
        {"none", set_of(""), "no_key"},
        {"more than a hundred", set_of(many), "unreadable"},
        {"no list", R"({"keys":{"a":1}})", "unreadable"},
        {"no set", "[]", "unreadable"},
        {"a page for people", "<html>", "unreadable"},
        {"a list twice", R"({"keys":[],"keys":[]})", "unreadable"},
        {"too much", R"({"x":")" + std::string(262'144, 'x') + R"(","keys":[]})", "unreadable"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(answer(row.body) == row.answer);
    }
}

TEST_CASE("key set: of two keys of one name the first stays") {
    const auto set = parse_key_set(
        set_of(example::signer().web_key("a") + ',' + example::other_signer().web_key("a"))
    );
    REQUIRE(set.has_value());
    const auto signed_by = [&](const token_signer& signer) {
        const std::string text = signer.sign("{}", "{}");
        const auto dot = text.rfind('.');
        return set->find("a")->signed_this(
            text.substr(0, dot), *from_base64url(text.substr(dot + 1))
        );
    };
    CHECK(signed_by(example::signer()));
    CHECK_FALSE(signed_by(example::other_signer()));
}

TEST_CASE("verifying key: what it found good is good again and nothing else") {
    const auto key = verifying_key::from_pem(example::signer().public_pem());
    REQUIRE(key.has_value());
    const std::string tokens[] = {
        example::signer().sign("{}", "{}"), example::signer().sign("{}", R"({"sub":"user_1"})")};
    const std::string forged = example::other_signer().sign("{}", "{}");
    const auto text_of = [](const std::string& token) { return token.substr(0, token.rfind('.')); };
    const auto signature_of = [](const std::string& token) {
        return *from_base64url(token.substr(token.rfind('.') + 1));
    };
    for (int times = 0; times < 3; ++times) {
        CAPTURE(times);
        for (const auto& each : tokens) {
            CHECK(key->signed_this(text_of(each), signature_of(each)));
        }
        CHECK_FALSE(key->signed_this(text_of(tokens[0]), signature_of(tokens[1])));
        CHECK_FALSE(key->signed_this(text_of(forged), signature_of(forged)));
        // The same bytes, otherwise divided.
        const auto whole = text_of(tokens[0]) + signature_of(tokens[0]);
        const auto at = text_of(tokens[0]).size() + 1;
        CHECK_FALSE(key->signed_this(whole.substr(0, at), whole.substr(at)));
    }
}

TEST_CASE("verifying key: a PEM file is a public RSA key that is strong enough") {
    const auto word_of = [](const std::string& pem) {
        const auto key = verifying_key::from_pem(pem);
        return key ? std::string("key") : std::string(to_word(key.error()));
    };
    const std::string good = example::signer().public_pem();
    CHECK(word_of(good) == "key");
    CHECK(word_of("# of the dashboard\n" + good) == "key");
    CHECK(word_of(token_signer::made(1024).public_pem()) == "too_weak");
    CHECK(word_of(example::signer().private_pem().reveal()) == "unreadable");
    CHECK(word_of("") == "unreadable");
    CHECK(word_of(good.substr(0, 100)) == "unreadable");
    // P-256, of RFC 7517's kind: another algorithm's key.
    CHECK(
        word_of("-----BEGIN PUBLIC KEY-----\n"
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9\n"
                "q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==\n"
                "-----END PUBLIC KEY-----\n") == "unreadable"
    );
    const auto key = verifying_key::from_pem(good);
    REQUIRE(key.has_value());
    const key_set only{*key};
    CHECK(only.find("any name") != nullptr);
    CHECK(only.find("") != nullptr);
}

}  // namespace
}  // namespace billhook::api
