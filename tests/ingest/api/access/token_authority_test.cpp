#include "ingest/api/access/token_authority.hpp"

#include "schemas/types/base64.hpp"
#include "schemas/types/sha256.hpp"
#include "schemas/types/words.hpp"
#include "tests/ingest/api/access/example.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <set>
#include <string>
#include <vector>

namespace billhook::api {
namespace {

using example::claims;
using example::token;

// The keys of `example::signer`, or none yet.
class fixed_keys final : public key_source {
public:
    found_key find(std::string_view id, instant) override {
        if (!there) {
            return {key_lookup::awaited};
        }
        return id == example::key_id ? found_key{key_lookup::found, nullptr, &example::key()}
                                     : found_key{key_lookup::unknown};
    }
    bool there = true;
};

constexpr std::string_view service_text = "bhk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

access_rules rules() {
    access_rules all;
    all.sessions = example::clerk_rules();
    all.service_tokens = {
        {.name = "other",   .hash = sha256("bhk_other"),  .not_after = std::nullopt},
        {.name = "backend", .hash = sha256(service_text), .not_after = std::nullopt},
        {.name = "old",     .hash = sha256("bhk_old"),    .not_after = example::now},
    };
    return all;
}

struct asked {
    std::vector<std::string> authorization;  // a value a field
    std::optional<organization_id> path;
    instant now = example::now;
};

struct heard {
    std::string answer;  // "<organization> <role> <subject>", or the code
    std::string told;    // the listener, of a refusal
};

heard ask(const asked& what, bool with_keys = true, access_rules believed = rules()) {
    http::request_head head;
    head.fields.add("Host", "api");
    for (const auto& value : what.authorization) {
        head.fields.add("authorization", value);
    }
    fixed_keys keys;
    keys.there = with_keys;
    heard all;
    token_authority authority(std::move(believed), keys, [&](token_refusal why) {
        all.told += to_word(why);
    });
    const auto who = authority.who_asks(head, what.path, what.now);
    all.answer = who ? fmt::format(
                           "{} {} {}{}",
                           who->organization.text(),
                           who->role == organization_role::admin ? "admin" : "member",
                           who->subject,
                           who->impersonated ? " impersonated"
                           : who->is_service ? " service"
                                             : ""
                       )
                     : std::string(to_word(who.error().code));
    return all;
}

TEST_CASE("authority: who asks by his token and for which organization") {
    const std::optional<organization_id> acme{organization_id("org_1")};
    const std::optional<organization_id> other{organization_id("org_2")};
    const std::string member = "Bearer " + token(claims(R"("org_id":"org_1","org_role":"x")"));
    const std::string admin =
        "Bearer " + token(claims(R"("act":{},"v":2,"o":{"id":"org_1","rol":"admin"})"));
    const std::string homeless = "Bearer " + token(claims());
    const std::string service = "Bearer " + std::string(service_text);
    const std::string stranger = "Bearer " + token(claims(), R"({"alg":"RS256","kid":"ins_2"})");
    const auto later = example::now + std::chrono::minutes{2};
    struct row {
        const char* name;
        asked what;
        const char* answer;
        const char* told;
    };
    const row rows[] = {
        {"a member",                       {{member}, acme},                        "org_1 member user_1",             ""               },
        {"an administrator",               {{admin}, acme},                         "org_1 admin user_1 impersonated", ""               },
        {"where no organization is named", {{member}, {}},                          "org_1 member user_1",             ""               },
        {"another organization's path",    {{member}, other},                       "not_found",                       ""               },
        {"no organization chosen",         {{homeless}, acme},                      "no_active_organization",          ""               },
        {"no organization anywhere",       {{homeless}, {}},                        "no_active_organization",          ""               },
        {"expired",                        {{member}, acme, later},                 "token_expired",                   "expired"        },
        {"expired, and another's path",    {{member}, other, later},                "token_expired",                   "expired"        },
        {"a service",                      {{service}, acme},                       "org_1 admin backend service",     ""               },
        {"a service, another path",        {{service}, other},                      "org_2 admin backend service",     ""               },
        {"a service, no path",             {{service}, {}},                         " admin backend service",          ""               },
        {"a service's last moment",        {{"Bearer bhk_old"}, acme},              "org_1 admin old service",         ""               },
        {"a service past its time",
         {{"Bearer bhk_old"}, acme, later},
         "unauthenticated",                                                                                            "expired_service"},
        {"no such service",                {{"Bearer bhk_x"}, acme},                "unauthenticated",                 "unknown_service"},
        {"half a service",                 {{service.substr(0, 30)}, acme},         "unauthenticated",                 "unknown_service"},
        {"nobody",                         {{}, acme},                              "unauthenticated",                 "missing"        },
        {"twice",                          {{member, member}, acme},                "unauthenticated",                 "missing"        },
        {"another scheme",                 {{"Basic " + member.substr(7)}, acme},   "unauthenticated",                 "missing"        },
        {"no scheme",                      {{member.substr(7)}, acme},              "unauthenticated",                 "missing"        },
        {"a scheme alone",                 {{"Bearer"}, acme},                      "unauthenticated",                 "missing"        },
        {"an empty token",                 {{"Bearer "}, acme},                     "unauthenticated",                 "malformed"      },
        {"the scheme in small letters",
         {{"bearer " + member.substr(7)}, acme},
         "org_1 member user_1",                                                                                        ""               },
        {"two blanks",                     {{"Bearer  " + member.substr(7)}, acme}, "unauthenticated",                 "malformed"      },
        {"a list",                         {{member + "," + member}, acme},         "unauthenticated",                 "malformed"      },
        {"a key that is not there",        {{stranger}, acme},                      "unauthenticated",                 "unknown_key"    },
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        const auto all = ask(row.what);
        CHECK(all.answer == row.answer);
        CHECK(all.told == row.told);
    }
}

TEST_CASE("authority: while the keys are not there sessions wait and services do not") {
    const std::string member = "Bearer " + token(claims(R"("org_id":"org_1","org_role":"x")"));
    CHECK(ask({{member}, {}}, false).answer == "keys_unavailable");
    CHECK(
        ask({{"Bearer " + std::string(service_text)}, {}}, false).answer == " admin backend service"
    );
    CHECK(ask({{"Bearer a.b.c"}, {}}, false).answer == "unauthenticated");
    CHECK(ask({{member}, {}}, true, {}).answer == "unauthenticated");  // nobody is believed
}

TEST_CASE("authority: every refusal has its word and a problem of 401 or 503") {
    std::set<std::string_view> words;
    for (const auto why : every<token_refusal>()) {
        words.insert(to_word(why));
        const auto code = problem_of(why).code;
        CHECK(
            code == (why == token_refusal::expired       ? http::problem_code::token_expired
                     : why == token_refusal::key_awaited ? http::problem_code::keys_unavailable
                                                         : http::problem_code::unauthenticated)
        );
    }
    CHECK(words.size() == 15);
}

TEST_CASE("service token: its text is one of 32 bytes and the settings know its hash") {
    std::array<std::byte, 32> random{};
    for (std::size_t i = 0; i < random.size(); ++i) {
        random[i] = static_cast<std::byte>(i);
    }
    CHECK(service_token_of(random).reveal() == service_text);
    const auto hash = hash_from_hex(sha256_hex(service_text));
    REQUIRE(hash.has_value());
    CHECK(*hash == sha256(service_text));
    const std::string hex = sha256_hex("x");
    CHECK_FALSE(hash_from_hex(hex.substr(1)));
    CHECK_FALSE(hash_from_hex(hex + "0"));
    CHECK_FALSE(hash_from_hex("G" + hex.substr(1)));
    CHECK_FALSE(hash_from_hex("+" + hex.substr(1)));
    CHECK_FALSE(hash_from_hex(""));
}

// Any byte of a good token changed, cut or added: whoever is let in is who was before.
TEST_CASE("authority: no change of a token opens more than it did") {
    const std::string good = "Bearer " + token(claims(R"("org_id":"org_1","org_role":"x")"));
    const std::string other =
        example::other_signer().sign(R"({"alg":"RS256","kid":"ins_1"})", claims());
    CHECK(rc::check("authority: no change of a token opens more than it did", [&] {
        std::string text = good;
        const auto edits = *rc::gen::inRange(1, 4);
        for (int i = 0; i < edits; ++i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
            const auto how = *rc::gen::inRange(0, 4);
            if (how == 0) {
                text[at] = static_cast<char>(*rc::gen::inRange(0, 256));
            } else if (how == 1) {
                text.erase(at, *rc::gen::inRange<std::size_t>(1, 40));
            } else if (how == 2) {
                const auto from = *rc::gen::inRange<std::size_t>(0, other.size());
                text.insert(at, other.substr(from, 30));
            } else {
                const auto from = *rc::gen::inRange<std::size_t>(0, good.size());
                text.insert(at, good.substr(from, 30));
            }
            text += text.empty() ? "x" : "";
        }
        const auto answer = ask({{text}, {}}).answer;
        const bool is_same = http::equal_ignoring_case(text.substr(0, 7), good.substr(0, 7)) &&
                             text.substr(std::min<std::size_t>(7, text.size())) == good.substr(7);
        RC_ASSERT(answer == (is_same ? "org_1 member user_1" : "unauthenticated"));
    }));
    CHECK(rc::check("authority: what is no token is refused", [&] {
        const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
        RC_ASSERT(ask({{bytes}, {}}).answer == "unauthenticated");
        RC_ASSERT(ask({{"Bearer " + bytes}, {}}).answer == "unauthenticated");
        const auto header = to_base64url(R"({"alg":"RS256","kid":"ins_1"})");
        const auto text = header + '.' + to_base64url(bytes) + '.' + to_base64url(bytes);
        RC_ASSERT(ask({{"Bearer " + text}, {}}).answer == "unauthenticated");
        // Signed, but no claims of ours.
        RC_ASSERT(ask({{"Bearer " + token(bytes)}, {}}).answer == "unauthenticated");
        RC_ASSERT(ask({{"Bearer " + token("{}", bytes)}, {}}).answer == "unauthenticated");
    }));
}

}  // namespace
}  // namespace billhook::api
