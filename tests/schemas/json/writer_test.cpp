#include "schemas/json/writer.hpp"

#include "schemas/json/reader.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

using namespace std::string_literals;

namespace billhook::json {

TEST_CASE("writer: parts become compact JSON in the order of the calls") {
    writer out;
    out.begin_object()
        .member("text", "a")
        .member("number", std::numeric_limits<std::int64_t>::min())
        .member("small", 3)
        .member("yes", true)
        .member("none", nullptr)
        .member("maybe", std::optional<std::int64_t>())
        .member_if("left_out", std::optional<bool>())
        .member_if("there", std::optional<std::string>("x"))
        .member("owned", std::string("o"));
    out.key("list")
        .begin_array()
        .add(1)
        .add("b")
        .begin_object()
        .end_object()
        .begin_array()
        .end_array();
    out.add_raw("{\"raw\":1}").end_array().member("end", false).end_object();
    CHECK(
        out.take() ==
        R"({"text":"a","number":-9223372036854775808,"small":3,"yes":true,"none":null,"maybe":null,)"
        R"("there":"x","owned":"o","list":[1,"b",{},[],{"raw":1}],"end":false})"
    );
    out.add(7);
    CHECK(out.take() == "7");
}

TEST_CASE("writer: what would break a string is escaped and what is no UTF-8 replaced") {
    const struct {
        std::string name;
        std::string text;
        std::string written;
    } rows[] = {
        {"plain",             "abc",                    "\"abc\""                                             },
        {"empty",             "",                       "\"\""                                                },
        {"quote and slash",   "a\"b\\c/",               "\"a\\\"b\\\\c/\""                                    },
        {"line breaks",       "a\r\n\tb",               "\"a\\r\\n\\tb\""                                     },
        {"NUL and controls",  "\0\x01\x1f"s,            "\"\\u0000\\u0001\\u001f\""                           },
        {"delete is no such", "\x7f",                   "\"\x7f\""                                            },
        {"UTF-8",             "\u00e9\u2603\U0001d11e", "\"\u00e9\u2603\U0001d11e\""                          },
        {"a lone byte",
         "a\xff"
         "b",                                           "\"a\xef\xbf\xbd"
         "b\""                                                                                   },
        {"cut at the end",    "\xe2\x98",               "\"\xef\xbf\xbd\xef\xbf\xbd\""                        },
        {"a surrogate",       "\xed\xa0\x80",           "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""            },
        {"overlong",          "\xc0\x80",               "\"\xef\xbf\xbd\xef\xbf\xbd\""                        },
        {"beyond U+10FFFF",
         "\xf4\x90\x80\x80",                            "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::string out;
        append_quoted(out, row.text);
        CHECK(out == row.written);
    }
}

TEST_CASE("writer: every text without NUL that is UTF-8 comes back from the reader") {
    std::string text;
    for (char c = 1; c < 127; ++c) {
        text += c;
    }
    text += "\u00e9\u2028\U0010ffff";
    writer out;
    out.begin_object().member(text, text).end_object();
    const std::string written = out.take();
    const auto parsed = read(written);
    REQUIRE(parsed.has_value());
    CHECK(parsed->root().find(text).as_string() == text);
}

TEST_CASE("writer: a value that was read is written as it was") {
    const std::string text =
        R"({"id":"evt_\u0031\"","n":[-0,1.50,12345678901234567890,1e3],"o":{"a":{},"b":[]},)"
        R"("t":true,"f":false,"x":null})";
    const auto read_text = read(text);
    REQUIRE(read_text.has_value());
    writer out;
    CHECK(
        out.begin_array().add(read_text->root()).add(value()).end_array().take() ==
        R"([{"id":"evt_1\"","n":[-0,1.50,12345678901234567890,1e3],"o":{"a":{},"b":[]},)"
        R"("t":true,"f":false,"x":null},null])"
    );
}

}  // namespace billhook::json
