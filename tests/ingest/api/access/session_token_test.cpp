#include "schemas/types/base64.hpp"
#include "tests/ingest/api/access/example.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>

namespace billhook::api {
namespace {

using example::claims;
using example::token;

// What becomes of a token: "<organization> <role>[ impersonated]", or the word of its refusal.
std::string answer(
    const std::string& text,
    const session_rules& rules = example::clerk_rules(),
    instant now = example::now
) {
    const auto read = read_token(text, rules.kind);
    if (!read) {
        return std::string(to_word(read.error()));
    }
    const auto found = verified_session(*read, example::key(), rules, now);
    if (!found) {
        return std::string(to_word(found.error()));
    }
    CHECK(found->subject == "user_1");
    return fmt::format(
        "{} {}{}",
        found->organization ? found->organization->text() : "none",
        found->role == organization_role::admin ? "admin" : "member",
        found->impersonated ? " impersonated" : ""
    );
}

struct claim_row {
    const char* name;
    const char* more;
    const char* answer;
};

// clang-format off
constexpr claim_row clerk_rows[] = {
    {"no organization is active", R"("sid":"sess_1")", "none member"},
    {"version 2, an administrator", R"("v":2,"o":{"id":"org_1","slg":"a","rol":"admin"})", "org_1 admin"},
    {"version 2, a member", R"("v":2,"o":{"id":"org_1","rol":"member"})", "org_1 member"},
    {"version 2, another name for it", R"("v":2,"o":{"id":"org_1","rol":"owner"})", "org_1 admin"},
    {"version 2 has no prefix", R"("v":2,"o":{"id":"org_1","rol":"org:admin"})", "org_1 member"},
    {"version 2 without any", R"("v":2)", "none member"},
    {"version 2 does not ask version 1", R"("v":2,"org_id":"org_1","org_role":"org:admin")", "none member"},
    {"version 1, an administrator", R"("org_id":"org_1","org_role":"org:admin")", "org_1 admin"},
    {"version 1, before the prefix", R"("org_id":"org_1","org_role":"admin")", "org_1 admin"},
    {"version 1, a member", R"("org_id":"org_1","org_role":"org:member")", "org_1 member"},
    {"version 1 does not ask version 2", R"("o":{"id":"org_1","rol":"admin"})", "none member"},
    {"version 1 says so", R"("v":1,"org_id":"org_1","org_role":"org:admin")", "org_1 admin"},
    {"version 1, null", R"("org_id":null,"org_role":null)", "none member"},
    {"version 1, the permission", R"("org_id":"org_1","org_role":"org:member","org_permissions":["org:a:b","org:billing:manage"])", "org_1 admin"},
    {"version 1, another permission", R"("org_id":"org_1","org_role":"org:member","org_permissions":["org:billing:read"])", "org_1 member"},
    {"version 1, no list", R"("org_id":"org_1","org_role":"org:member","org_permissions":{"a":"org:billing:manage"})", "org_1 member"},
    {"version 2, the permission", R"("v":2,"fea":"o:dashboard,o:billing","o":{"id":"org_1","rol":"member","per":"read,manage","fpm":"1,2"})", "org_1 admin"},
    {"version 2, the lowest bit is the first", R"("v":2,"fea":"o:dashboard,o:billing","o":{"id":"org_1","rol":"member","per":"read,manage","fpm":"3,1"})", "org_1 member"},
    {"version 2, users' features have no place", R"("v":2,"fea":"u:x,o:billing,o:dashboard","o":{"id":"org_1","rol":"member","per":"read,manage","fpm":"2,0"})", "org_1 admin"},
    {"version 2, a feature of both", R"("v":2,"fea":"uo:billing","o":{"id":"org_1","rol":"member","per":"manage","fpm":"1"})", "org_1 admin"},
    {"version 2, a user's feature of that name", R"("v":2,"fea":"u:billing","o":{"id":"org_1","rol":"member","per":"manage","fpm":"1"})", "org_1 member"},
    {"version 2, too few numbers", R"("v":2,"fea":"o:dashboard,o:billing","o":{"id":"org_1","rol":"member","per":"manage","fpm":"1"})", "org_1 member"},
    {"version 2, no numbers", R"("v":2,"fea":"o:billing","o":{"id":"org_1","rol":"member","per":"manage","fpm":"-1"})", "org_1 member"},
    {"version 2, a bit for nothing", R"("v":2,"fea":"o:billing","o":{"id":"org_1","rol":"member","per":"read","fpm":"18446744073709551614"})", "org_1 member"},
    {"a plan is nobody's role", R"("v":2,"pla":"o:enterprise","fea":"o:billing","o":{"id":"org_1","rol":"member"})", "org_1 member"},
    {"impersonated", R"("v":2,"act":{"sub":"user_9"},"o":{"id":"org_1","rol":"admin"})", "org_1 admin impersonated"},
    {"acted by anything", R"("v":2,"act":"user_9","o":{"id":"org_1","rol":"admin"})", "org_1 admin impersonated"},
    {"acted by nobody", R"("v":2,"act":null,"o":{"id":"org_1","rol":"admin"})", "org_1 admin"},
    {"a party of ours", R"("azp":"https://app.example.com","org_id":"org_1","org_role":"admin")", "org_1 admin"},
    {"another party", R"("azp":"https://evil.example.com")", "wrong_party"},
    {"a party in another spelling", R"("azp":"https://app.example.com/")", "wrong_party"},
    {"a party that is none", R"("azp":["https://app.example.com"])", "malformed"},
    {"active", R"("sts":"active")", "none member"},
    {"pending", R"("sts":"pending","org_id":"org_1","org_role":"admin")", "signed_out"},
    {"no status", R"("sts":1)", "signed_out"},
    {"another issuer", R"("iss":"https://clerk.example.com.evil.org")", "wrong_issuer"},
    {"no issuer", R"("iss":null)", "wrong_issuer"},
    {"no subject", R"("sub":"")", "malformed"},
    {"a subject of another type", R"("sub":17)", "malformed"},
    {"a machine", R"("sub":"mch_1")", "not_a_session"},
    {"an organization without an id", R"("v":2,"o":{"rol":"admin"})", "malformed"},
    {"an organization of no name", R"("org_id":"","org_role":"admin")", "malformed"},
    {"an organization without a role", R"("org_id":"org_1")", "malformed"},
    {"organizations", R"("v":2,"o":[{"id":"org_1","rol":"admin"}])", "malformed"},
    {"a version that is none", R"("v":"2","o":{"id":"org_1","rol":"admin"})", "malformed"},
    {"a claim twice", R"("org_id":"org_1","org_id":"org_2","org_role":"admin")", "malformed"},
};

constexpr claim_row oidc_rows[] = {
    {"a member", R"("aud":"billing","https://example.com/organization":"t1","roles":"user")", "t1 member"},
    {"an administrator", R"("aud":["x","billing"],"https://example.com/organization":"t1","roles":"admin")", "t1 admin"},
    {"of several roles", R"("aud":"billing","https://example.com/organization":"t1","roles":["user","admin"])", "t1 admin"},
    {"roles that are none", R"("aud":"billing","https://example.com/organization":"t1","roles":{"x":"admin"})", "t1 member"},
    {"no role", R"("aud":"billing","https://example.com/organization":"t1")", "t1 member"},
    {"no organization", R"("aud":"billing","roles":"admin")", "none member"},
    {"a number for one", R"("aud":"billing","https://example.com/organization":7)", "malformed"},
    {"Clerk's claims are not read", R"("aud":"billing","org_id":"t1","org_role":"admin","v":"x","sts":"pending")", "none member"},
    {"in another's name", R"("aud":"billing","act":{"sub":"x"},"https://example.com/organization":"t1")", "t1 member impersonated"},
    {"another audience", R"("aud":"other","https://example.com/organization":"t1")", "wrong_audience"},
    {"other audiences", R"("aud":["other"],"https://example.com/organization":"t1")", "wrong_audience"},
    {"an audience that is none", R"("aud":{"x":"billing"})", "wrong_audience"},
    {"no audience", R"("sid":"1")", "wrong_audience"},
};
// clang-format on

TEST_CASE("session token: what Clerk's claims say in both versions") {
    for (const auto& row : clerk_rows) {
        CAPTURE(std::string(row.name));
        CHECK(answer(token(claims(row.more))) == row.answer);
    }
}

TEST_CASE("session token: what another provider's claims say") {
    for (const auto& row : oidc_rows) {
        CAPTURE(std::string(row.name));
        CHECK(answer(token(claims(row.more)), example::oidc_rules()) == row.answer);
    }
}

TEST_CASE("session token: it holds from nbf and iat to exp with five seconds of leeway") {
    struct row {
        const char* name;
        std::string more;
        const char* answer;
    };
    const auto at = [](const char* claim, std::int64_t offset) {
        return fmt::format("\"{}\":{}", claim, example::now_seconds + offset);
    };
    const row rows[] = {
        {"expired five seconds ago", at("exp", -5), "expired"},
        {"expired four seconds ago", at("exp", -4), "none member"},
        {"begins in five seconds", at("nbf", 5), "none member"},
        {"begins in six seconds", at("nbf", 6), "not_yet_valid"},
        {"issued in five seconds", at("iat", 5), "none member"},
        {"issued in six seconds", at("iat", 6), "not_yet_valid"},
        {"no end", "\"exp\":null", "malformed"},
        {"an end as a text", "\"exp\":\"9999999\"", "malformed"},
        {"an end with a fraction", "\"exp\":1.5e300", "malformed"},
        {"an end beyond all years", "\"exp\":253402300800", "malformed"},
        {"an end before all", "\"exp\":-1", "malformed"},
        {"a beginning as a text", "\"nbf\":\"1\"", "malformed"},
        {"a beginning of null", "\"iat\":null", "malformed"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(answer(token(claims(row.more))) == row.answer);
    }
    const std::string plain = R"({"iss":"https://clerk.example.com","sub":"user_1","exp":)";
    CHECK(answer(token(plain + std::to_string(example::now_seconds) + "}")) == "none member");
    CHECK(answer(token(R"({"iss":"https://clerk.example.com","sub":"user_1"})")) == "malformed");
}

TEST_CASE("session token: the header decides nothing but which key") {
    struct row {
        const char* name;
        const char* header;
        const char* answer;
    };
    // clang-format off
    constexpr row rows[] = {
        {"as Clerk's", R"({"alg":"RS256","cat":"cl_B7d4PD111AAA","kid":"ins_1","typ":"JWT"})", "none member"},
        {"a category that says nothing", R"({"alg":"RS256","cat":"cl_I7d4PD111III"})", "none member"},
        {"members that nobody knows", R"({"alg":"RS256","oiat":1,"x5t":"a","cat":"new","jku":"https://evil.org"})", "none member"},
        {"a machine's", R"({"alg":"RS256","cat":"cl_B7d4PD333AAA"})", "not_a_session"},
        {"a template's", R"({"alg":"RS256","cat":"cl_B7d4PD222AAA"})", "not_a_session"},
        {"an OAuth client's", R"({"alg":"RS256","typ":"at+jwt"})", "not_a_session"},
        {"none", R"({"alg":"none"})", "wrong_algorithm"},
        {"None", R"({"alg":"None"})", "wrong_algorithm"},
        {"HS256", R"({"alg":"HS256"})", "wrong_algorithm"},
        {"RS512", R"({"alg":"RS512"})", "wrong_algorithm"},
        {"rs256", R"({"alg":"rs256"})", "wrong_algorithm"},
        {"no algorithm", R"({"kid":"ins_1"})", "wrong_algorithm"},
        {"an algorithm twice", R"({"alg":"RS256","alg":"none"})", "malformed"},
        {"an algorithm hidden by escapes", R"({"\u0061lg":"RS256","alg":"none"})", "malformed"},
        {"algorithms", R"({"alg":["RS256"]})", "wrong_algorithm"},
        {"what must be understood", R"({"alg":"RS256","crit":["b64"],"b64":false})", "malformed"},
        {"a key's name that is none", R"({"alg":"RS256","kid":1})", "malformed"},
        {"no object", R"(["RS256"])", "malformed"},
        {"no JSON", R"(RS256)", "malformed"},
        {"empty", "", "malformed"},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(answer(token(claims(), row.header)) == row.answer);
    }
}

TEST_CASE("session token: only these three parts and only this signature") {
    const std::string good = token(claims());
    REQUIRE(answer(good) == "none member");
    const auto first = good.find('.');
    const auto second = good.rfind('.');
    const std::string header = good.substr(0, first);
    const std::string payload = good.substr(first + 1, second - first - 1);
    const std::string signature = good.substr(second + 1);
    struct row {
        const char* name;
        std::string text;
        const char* answer;
    };
    const std::string admin = to_base64url(claims(R"("v":2,"o":{"id":"org_1","rol":"admin"})"));
    const row rows[] = {
        {"nothing", "", "malformed"},
        {"dots", "..", "malformed"},
        {"two parts", header + '.' + payload, "malformed"},
        {"four parts", good + ".", "malformed"},
        {"five parts", "a.b.c.d.e", "malformed"},
        {"padding", good + "==", "malformed"},
        {"the other alphabet", header + '.' + payload + ".++++", "malformed"},
        {"a blank before", " " + good, "malformed"},
        {"a line after", good + "\n", "malformed"},
        {"no signature", header + '.' + payload + '.', "bad_signature"},
        {"a byte of the signature less", good.substr(0, good.size() - 2), "bad_signature"},
        {"more than a signature", good + "AAAA", "bad_signature"},
        {"another payload", header + '.' + admin + '.' + signature, "bad_signature"},
        {"another's signature",
         example::other_signer().sign(R"({"alg":"RS256"})", claims()),
         "bad_signature"},
        {"a payload that is none", token("null"), "malformed"},
        {"a payload too deep", token(std::string(65, '[') + std::string(65, ']')), "malformed"},
        {"8 KiB and a byte", std::string(8193, 'A'), "malformed"},
        {"16 KiB", token(claims("\"x\":\"" + std::string(12'000, 'x') + "\"")), "malformed"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(answer(row.text) == row.answer);
    }
    CHECK(answer(token(claims("\"x\":\"" + std::string(5'000, 'x') + "\""))) == "none member");
}

// With the key's text as the secret, as a verifier does that lets the token choose.
TEST_CASE("session token: an HMAC by the public key is no signature") {
    const auto forged = R"(eyJhbGciOiJIUzI1NiJ9.e30.)" + to_base64url(std::string(32, 'x'));
    CHECK(answer(forged) == "wrong_algorithm");
    const auto as_ours = to_base64url(R"({"alg":"RS256"})") + '.' + to_base64url(claims()) + '.' +
                         to_base64url(std::string(32, 'x'));
    CHECK(answer(as_ours) == "bad_signature");
}

}  // namespace
}  // namespace billhook::api
