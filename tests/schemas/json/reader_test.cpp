#include "schemas/json/reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace std::string_literals;

namespace billhook::json {

namespace {

// "read", or the word of the refusal.
std::string outcome_of(std::string_view bytes) {
    const auto parsed = read(bytes);
    return parsed ? "read" : std::string(to_word(parsed.error()));
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

std::string nested(std::size_t levels) {
    return repeated("[", levels) + repeated("]", levels);
}

}  // namespace

TEST_CASE("reader: hostile and strange texts are read or refused by one word") {
    const struct {
        std::string name;
        std::string bytes;
        std::string outcome;
    } rows[] = {
        {"object", "{}", "read"},
        {"spaces around", " \t\r\n{} \n", "read"},
        {"a bare string", "\"a\"", "read"},
        {"a bare number", "-12", "read"},
        {"exponent crash of 1.1.0", "[1.00000000001e-2147483638]", "read"},
        {"tiny number", "[1e-400]", "read"},
        {"2^64", "[18446744073709551616]", "read"},
        {"thirty digits", "[123456789012345678901234567890]", "read"},
        {"beyond int64", "[-9223372036854775809]", "read"},
        {"64 levels", nested(64), "read"},
        {"65 levels", nested(65), "too_deep"},
        {"a million brackets", std::string(1'000'000, '['), "too_deep"},
        {"a million objects", repeated("{\"a\":", 1'000'000), "too_deep"},
        {"empty", "", "syntax"},
        {"only spaces", "  \n", "syntax"},
        {"byte order mark", "\xef\xbb\xbf{}", "syntax"},
        {"UTF-16", "\xff\xfe{\0}\0"s, "bad_text"},
        {"junk after the value", "{}x", "syntax"},
        {"two values", "{}{}", "syntax"},
        {"NUL and junk after it", "{}\0garbage"s, "bad_text"},
        {"NUL after it", "{}\0"s, "bad_text"},
        {"lone high surrogate", "[\"\\ud800\"]", "read"},
        {"high surrogate and a letter", "[\"\\ud800\\u0041\"]", "read"},
        {"lone low surrogate", "[\"\\udc00\"]", "read"},
        {"low surrogate in a key", "{\"\\udfff\":1}", "read"},
        {"raw surrogate", "[\"\xed\xb0\x80\"]", "bad_text"},
        {"surrogate pair", "[\"\\ud834\\udd1e\"]", "read"},
        {"U+D7FF, the last before", "[\"\xed\x9f\xbf\"]", "read"},
        {"byte ff", "[\"\xff\"]", "bad_text"},
        {"overlong", "[\"\xc0\x80\"]", "bad_text"},
        {"cut character", "[\"\xe2\x98\"]", "bad_text"},
        {"raw NUL in a string", "[\"a\0b\"]"s, "bad_text"},
        {"raw control in a string", "[\"a\x01\"]", "syntax"},
        {"escaped NUL in a string", "[\"a\\u0000b\"]", "read"},
        {"escaped NUL in a key", "{\"a\\u0000\":1}", "read"},
        {"duplicate keys", "{\"a\":1,\"b\":2,\"a\":3}", "duplicate_key"},
        {"duplicate by an escape", "{\"a\":1,\"\\u0061\":2}", "duplicate_key"},
        {"duplicate empty keys", "{\"\":1,\"\":2}", "duplicate_key"},
        {"duplicate deep inside", "[{\"x\":{\"a\":1,\"a\":1}}]", "duplicate_key"},
        {"one key in two objects", "[{\"a\":1},{\"a\":{\"a\":2}}]", "read"},
        {"1e400", "[1e400]", "syntax"},
        {"1e309", "[1e309]", "syntax"},
        {"0e99999999999", "[0e99999999999]", "syntax"},
        {"1e99999999999", "[1e99999999999]", "syntax"},
        {"leading zero", "[01]", "syntax"},
        {"NaN", "[NaN]", "syntax"},
        {"Infinity", "[-Infinity]", "syntax"},
        {"plus sign", "[+1]", "syntax"},
        {"hexadecimal", "[0x10]", "syntax"},
        {"no digits after the point", "[1.]", "syntax"},
        {"trailing comma", "[1,]", "syntax"},
        {"trailing comma in an object", "{\"a\":1,}", "syntax"},
        {"single quotes", "{'a':1}", "syntax"},
        {"comment", "[1]//x", "syntax"},
        {"bad escape", "[\"\\x41\"]", "syntax"},
        {"unfinished", "{\"a\":", "syntax"},
        {"brackets crossed", "[{]}", "syntax"},
        {"a form body", "id=evt_1&type=x", "syntax"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(outcome_of(row.bytes) == row.outcome);
    }
}

TEST_CASE("json: escaped NULs and lone surrogates are read as U+FFFD and all else as it is") {
    const struct {
        std::string name;
        std::string escaped;
        std::string read;
    } rows[] = {
        {"a NUL",                         "a\\u0000b",             "a\ufffdb"                },
        {"a lone high surrogate",         "\\ud800",               "\ufffd"                  },
        {"it, and a letter",              "\\uD800\\u0041",        "\ufffdA"                 },
        {"it, and a text like an escape", "\\ud800u0041",          "\ufffdu0041"             },
        {"two high and one low",          "\\ud834\\ud834\\udd1e", "\ufffd\U0001d11e"        },
        {"a lone low surrogate",          "\\udc00",               "\ufffd"                  },
        {"a pair",                        "\\ud834\\udd1e",        "\U0001d11e"              },
        {"a backslash before the text",   "\\\\u0000",             "\\u0000"                 },
        {"and an escape after that",      "\\\\\\u0000",           "\\\ufffd"                },
        {"the last before",               "\\ud7ff\\ue000",        "\xed\x9f\xbf\xee\x80\x80"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto text = read("{\"" + row.escaped + "\":\"" + row.escaped + "\"}");
        REQUIRE(text.has_value());
        const value member = text->root().find(row.read);
        CHECK(member.as_string() == std::string_view(row.read));
    }
}

TEST_CASE("reader: an object of very many keys is read and its repeated key found") {
    std::string text = "{";
    for (int i = 0; i < 50'000; ++i) {
        text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    }
    const auto whole = read(text + "\"last\":0}");
    REQUIRE(whole.has_value());
    CHECK(whole->root().items().size() == 50'001);
    CHECK(whole->root().find("k49999").as_int64() == 49'999);
    CHECK(outcome_of(text + "\"k25000\":0}") == "duplicate_key");
}

TEST_CASE("reader: strings come unescaped and numbers as they were written") {
    const auto parsed =
        read(R"({"text":"a\n\"\u00e9\ud834\udd1e/\/","number":-1.50E+2,"none":null})");
    REQUIRE(parsed.has_value());
    const value root = parsed->root();
    CHECK(root.find("text").as_string() == "a\n\"\u00e9\U0001d11e//");
    CHECK(root.find("number").as_number() == "-1.50E+2");
    CHECK(root.find("none").is_null());
}

TEST_CASE("reader: every prefix of a text is refused") {
    const std::string text = R"({"id":"evt_1","data":{"object":[1,true,"x"]},"n":12})";
    for (std::size_t size = 0; size < text.size(); ++size) {
        CAPTURE(size);
        CHECK(outcome_of(std::string_view(text).substr(0, size)) != "read");
    }
    CHECK(outcome_of(text) == "read");
}

}  // namespace billhook::json
