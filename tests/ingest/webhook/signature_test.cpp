#include "ingest/webhook/signature.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>
#include <vector>

namespace billhook {
namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;

struct named {
    const char* name;
    std::string value;
    std::optional<instant> not_after;
};

std::vector<endpoint_secret> keyed(const std::vector<named>& from) {
    std::vector<endpoint_secret> secrets;
    for (const auto& one : from) {
        secrets.push_back({one.name, signing_key{secret{one.value}}, one.not_after});
    }
    return secrets;
}

std::string hex(const digest& bytes) {
    std::string text;
    for (const auto byte : bytes) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

std::string answer(
    std::string_view header,
    std::string_view body,
    const std::vector<endpoint_secret>& secrets,
    instant now
) {
    const auto matched = verify(header, body, secrets, 300s, now);
    return matched ? secrets[*matched].name : std::string{to_word(matched.error())};
}

constexpr const char* stripe_secret = "whsec_test_secret";

const std::string body_of_dotnet =
    "{\n  \"id\": \"evt_123\",\n  \"object\": \"event\",\n  \"account\": \"acct_123\",\n"
    "  \"api_version\": \"2017-05-25\",\n  \"created\": 1533204620,\n  \"data\": {\n"
    "    \"object\": {\n      \"id\": \"cus_123\",\n      \"object\": \"customer\",\n"
    "      \"created\": 123456789,\n      \"email\": \"test@stripe.com\",\n"
    "      \"livemode\": false,\n      \"metadata\": {}\n    }\n  },\n  \"livemode\": false,\n"
    "  \"pending_webhooks\": 1,\n  \"request\": {\n    \"id\": \"req_123\",\n"
    "    \"idempotency_key\": \"idempotency-key-123\"\n  },\n  \"type\": \"customer.created\"\n}\n";

struct vector_row {
    const char* name;
    const char* secret;
    std::int64_t t;
    std::string body;
    const char* v1;
};

const std::vector<vector_row> vectors{
    {"V1",
     stripe_secret,      1492774577,
     R"({"id":"evt_test_webhook","object":"event"})",                             "88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a"},
    {"V2",
     stripe_secret,      12345,
     "{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}",            "2672d138c9a412830f3bfe2ecc5bfb3277cf6f5b49d0119d77dd6cb64da1257e"},
    {"V3",
     stripe_secret,      1700000000,
     "{\"id\":\"evt_utf8\",\"object\":\"event\",\"data\":{\"object\":{\"name\":\"Zo\xc3\xab "
     "\xe2\x98\x83 \xf0\x9d\x84\x9e\"}}}",                                        "e72f1897c50372857960d9556faaa2125f9859cbfabd5738b280d15ef2be0b99"},
    {"V4a",
     "whsec_old_secret", 1700000000,
     R"({"id":"evt_roll","object":"event"})",                                     "1c802c6e03e10b8758ff0b7531727ef1895558500d1c9a44833b906d0c783aac"},
    {"V4b",
     "whsec_new_secret", 1700000000,
     R"({"id":"evt_roll","object":"event"})",                                     "d5a9d15aaa158f4a43048fea4a9f4172f41ad5f6638ebb83183ee8adf2aaebc3"},
    {"V5",
     stripe_secret,      1700000000,
     "",                                                                          "316b9ab98c15bfa039d243f3196acee619cf29749a91a634e6a8154e2f7b6727"},
    {"V7",
     stripe_secret,      1700000000,
     "{\"id\":\"evt_crlf\",\r\n\"object\":\"event\"}\n",                          "c0e2e00130631e18c8997f639b7b8b53ee4b1118145ced786c4314e116b546e5"},
    {"V8",
     stripe_secret,      1700000000,
     "\x7b\x22\x69\x64\x22\x3a\x22\x65\x76\x74\x5f\x6e\x75\x6c\x00\xff\x22\x7d"s, "4a052d4e4b655ae10672557bd516e658db04f76fb71ffa598f70f7bde61003fd"},
    {"V9",
     "webhook_secret",   1533204620,
     body_of_dotnet,                                                              "2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7"},
};

TEST_CASE("signature: the published vectors are accepted and a changed byte is not") {
    for (const auto& row : vectors) {
        CAPTURE(row.name);
        const auto secrets = keyed({
            {"main", row.secret, {}}
        });
        const auto header = fmt::format("t={},v1={}", row.t, row.v1);
        const auto now = from_unix_seconds(row.t);
        CHECK(hex(secrets[0].key.sign(std::to_string(row.t), row.body)) == row.v1);
        CHECK(answer(header, row.body, secrets, now) == "main");
        CHECK(answer(header, row.body + "\n", secrets, now) == "no_match");
        if (!row.body.empty()) {
            auto changed = row.body;
            changed.back() = static_cast<char>(changed.back() ^ 1);
            CHECK(answer(header, changed, secrets, now) == "no_match");
        }
    }
}

TEST_CASE("signature: a key made of nothing signs nothing of ours") {
    const auto secrets = keyed({
        {"main", stripe_secret, {}}
    });
    const auto forged =
        "t=1700000000,v1=a9dc44c8eda3de70e9cbf3e488895f1abc26acb1461d3124a3cb886af35251cf";
    CHECK(answer(forged, "{}", secrets, from_unix_seconds(1700000000)) == "no_match");
    CHECK(answer(forged, "{}", {}, from_unix_seconds(1700000000)) == "no_match");
}

// Rows over V1, signed at 1492774577: `*` in a header stands for the good v1, `#` for a wrong one.
struct header_row {
    const char* name;
    const char* header;
    const char* verdict;
};

constexpr header_row headers[] = {
    {"canonical",                "t=1492774577,v1=*",                                            "main"             },
    {"v1 before t",              "v1=*,t=1492774577",                                            "main"             },
    {"extra v0",                 "t=1492774577,v1=*,v0=#",                                       "main"             },
    {"unknown scheme first",     "v9=x,t=1492774577,v1=*",                                       "main"             },
    {"unknown key without text", "t=1492774577,x=,v1=*",                                         "main"             },
    {"unknown value with =",     "t=1492774577,x=a=b,v1=*",                                      "main"             },
    {"bad v1, then good v1",     "t=1492774577,v1=#,v1=*",                                       "main"             },
    {"good v1, then bad v1",     "t=1492774577,v1=*,v1=#",                                       "main"             },
    {"only bad v1",              "t=1492774577,v1=#,v1=#",                                       "no_match"         },
    {"good v1, then potato",     "t=1492774577,v1=*,v1=potato",                                  "malformed"        },
    {"v0 only",                  "t=1492774577,v0=*",                                            "malformed"        },
    {"V1",                       "t=1492774577,V1=*",                                            "malformed"        },
    {"no t",                     "v1=*",                                                         "malformed"        },
    {"no v1",                    "t=1492774577",                                                 "malformed"        },
    {"empty",                    "",                                                             "malformed"        },
    {"garbage",                  "bad_header",                                                   "malformed"        },
    {"commas",                   ",,",                                                           "malformed"        },
    {"t alone",                  "t",                                                            "malformed"        },
    {"t without text",           "t=,v1=*",                                                      "malformed"        },
    {"v1 without text",          "t=1492774577,v1=",                                             "malformed"        },
    {"v1 without =",             "t=1492774577,v1",                                              "malformed"        },
    {"= without key",            "t=1492774577,=x,v1=*",                                         "malformed"        },
    {"two equal t",              "t=1492774577,t=1492774577,v1=*",                               "malformed"        },
    {"two t, good last",         "t=1,t=1492774577,v1=*",                                        "malformed"        },
    {"two t, first empty",       "t=,t=1492774577,v1=*",                                         "malformed"        },
    {"trailing comma",           "t=1492774577,v1=*,",                                           "malformed"        },
    {"leading comma",            ",t=1492774577,v1=*",                                           "malformed"        },
    {"leading space",            " t=1492774577,v1=*",                                           "malformed"        },
    {"space after comma",        "t=1492774577, v1=*",                                           "malformed"        },
    {"tab after comma",          "t=1492774577,\tv1=*",                                          "malformed"        },
    {"trailing space",           "t=1492774577,v1=* ",                                           "malformed"        },
    {"space after =",            "t= 1492774577,v1=*",                                           "malformed"        },
    {"high byte in a value",     "t=1492774577,x=\xff,v1=*",                                     "malformed"        },
    {"plus",                     "t=+1492774577,v1=*",                                           "malformed"        },
    {"minus",                    "t=-1492774577,v1=*",                                           "malformed"        },
    {"float",                    "t=1492774577.0,v1=*",                                          "malformed"        },
    {"suffix",                   "t=1492774577abc,v1=*",                                         "malformed"        },
    {"underscore",               "t=1_492_774_577,v1=*",                                         "malformed"        },
    {"exponent",                 "t=1.492774577e9,v1=*",                                         "malformed"        },
    {"hex",                      "t=0x58fa1b31,v1=*",                                            "malformed"        },
    {"zero",                     "t=0,v1=*",                                                     "malformed"        },
    {"NaN",                      "t=NaN,v1=*",                                                   "malformed"        },
    {"13 digits",                "t=1492774577000,v1=*",                                         "malformed"        },
    {"2^63",                     "t=9223372036854775808,v1=*",                                   "malformed"        },
    {"12 digits",                "t=999999999999,v1=*",                                          "outside_tolerance"},
    {"leading zero",             "t=01492774577,v1=*",                                           "no_match"         },
    {"signed for another t",     "t=1492774578,v1=*",                                            "no_match"         },
    {"truncated",                "t=1492774577,v1=88a022085c6bdb887b02",                         "malformed"        },
    {"v1 with =",                "t=1492774577,v1=*=",                                           "malformed"        },
    {"base64",                   "t=1492774577,v1=iKAiCFxr24h7Asso/3bdaBI02WdcDyKEQFn1VVKoiDo=", "malformed"        },
};

std::string filled(std::string_view pattern) {
    std::string header;
    for (const char c : pattern) {
        if (c == '*') {
            header += vectors[0].v1;
        } else if (c == '#') {
            header += std::string(64, 'd');
        } else {
            header += c;
        }
    }
    return header;
}

TEST_CASE("signature: the strict grammar") {
    const auto secrets = keyed({
        {"main", stripe_secret, {}}
    });
    for (const auto& row : headers) {
        CAPTURE(row.name);
        CHECK(
            answer(filled(row.header), vectors[0].body, secrets, from_unix_seconds(vectors[0].t)) ==
            row.verdict
        );
    }
}

TEST_CASE("signature: hex is lower-case and whole") {
    const auto secrets = keyed({
        {"main", stripe_secret, {}}
    });
    const auto now = from_unix_seconds(vectors[0].t);
    std::string upper = filled("t=1492774577,v1=*");
    for (auto& c : upper) {
        c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    CHECK(answer(upper, vectors[0].body, secrets, now) == "malformed");
    for (const char wrong : {'g', 'G', ' ', '\0', '/', ':', '`'}) {
        CAPTURE(wrong);
        auto header = filled("t=1492774577,v1=*");
        header.back() = wrong;
        CHECK(answer(header, vectors[0].body, secrets, now) == "malformed");
    }
    CHECK(answer(filled("t=1492774577,v1=*0"), vectors[0].body, secrets, now) == "malformed");
}

TEST_CASE("signature: 16 signatures and 4 KiB are the bounds") {
    const auto secrets = keyed({
        {"main", stripe_secret, {}}
    });
    const auto now = from_unix_seconds(vectors[0].t);
    const auto with_wrong = [&](int count) {
        std::string header = "t=1492774577";
        for (int i = 0; i < count; ++i) {
            header += filled(",v1=#");
        }
        return answer(header + filled(",v1=*"), vectors[0].body, secrets, now);
    };
    CHECK(with_wrong(15) == "main");
    CHECK(with_wrong(16) == "malformed");
    const auto good = filled("t=1492774577,v1=*,x=");
    const auto padded = [&](std::size_t size) {
        return good + std::string(size - good.size(), 'x');
    };
    CHECK(answer(padded(4096), vectors[0].body, secrets, now) == "main");
    CHECK(answer(padded(4097), vectors[0].body, secrets, now) == "malformed");
}

TEST_CASE("signature: the tolerance holds both ways in whole seconds") {
    const auto secrets = keyed({
        {"main", stripe_secret, {}}
    });
    const auto header = filled("t=1492774577,v1=*");
    const auto at = [&](instant now) { return answer(header, vectors[0].body, secrets, now); };
    const auto signed_at = from_unix_seconds(vectors[0].t);
    CHECK(at(signed_at + 300s) == "main");
    CHECK(at(signed_at + 300s + 999'999us) == "main");
    CHECK(at(signed_at + 301s) == "outside_tolerance");
    CHECK(at(signed_at - 300s) == "main");
    CHECK(at(signed_at - 301s) == "outside_tolerance");
    CHECK(at(signed_at + 8760h) == "outside_tolerance");
    CHECK(at(signed_at - 8760h) == "outside_tolerance");
}

TEST_CASE("signature: every secret is tried on every v1 and the match is named") {
    const auto now = from_unix_seconds(1700000000);
    const std::string body = vectors[3].body;
    const std::string by_old = fmt::format("v1={}", vectors[3].v1);
    const std::string by_new = fmt::format("v1={}", vectors[4].v1);
    const std::string wrong = filled("v1=#");
    const named old_one{"old", "whsec_old_secret", {}};
    const named new_one{"new", "whsec_new_secret", {}};
    const named other{"other", "whsec_another_secret", {}};
    struct row {
        std::vector<named> secrets;
        std::vector<std::string> signatures;
        const char* verdict;
    };
    const std::vector<row> rows{
        {{old_one},          {by_old},                "old"     },
        {{new_one},          {by_old},                "no_match"},
        {{old_one, new_one}, {by_new},                "new"     },
        {{new_one, old_one}, {by_new},                "new"     },
        {{old_one, new_one}, {by_old, by_new},        "old"     },
        {{new_one, old_one}, {by_old, by_new},        "new"     },
        {{other, old_one},   {wrong, by_new, by_old}, "old"     },
        {{other},            {by_old, by_new},        "no_match"},
        {{},                 {by_old},                "no_match"},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CAPTURE(i);
        std::string header = "t=1700000000";
        for (const auto& signature : rows[i].signatures) {
            header += "," + signature;
        }
        CHECK(answer(header, body, keyed(rows[i].secrets), now) == rows[i].verdict);
    }
}

TEST_CASE("signature: a secret accepts up to its not_after and nothing later") {
    const auto now = from_unix_seconds(1700000000);
    const auto header = fmt::format("t=1700000000,v1={}", vectors[3].v1);
    const auto with = [&](std::optional<instant> not_after) {
        return answer(
            header,
            vectors[3].body,
            keyed({
                {"old", "whsec_old_secret", not_after}
        }),
            now
        );
    };
    CHECK(with(now) == "old");
    CHECK(with(now + 1us) == "old");
    CHECK(with(now - 1us) == "no_match");
}

TEST_CASE("signature: a secret is its whole text") {
    const auto now = from_unix_seconds(1700000000);
    const auto header = fmt::format("t=1700000000,v1={}", vectors[3].v1);
    for (const char* value : {"old_secret", "whsec_old_secret\n", "WHSEC_old_secret", ""}) {
        CAPTURE(value);
        CHECK(
            answer(
                header,
                vectors[3].body,
                keyed({
                    {"x", value, {}}
        }),
                now
            ) == "no_match"
        );
    }
}

}  // namespace
}  // namespace billhook
