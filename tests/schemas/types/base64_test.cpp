#include "schemas/types/base64.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

using namespace std::string_literals;

TEST_CASE("base64: every value has one text in each alphabet") {
    struct row {
        std::string bytes;
        const char* plain;
        const char* of_url;
    };
    const row rows[] = {
        {"",              "",         ""      },
        {"f",             "Zg==",     "Zg"    },
        {"fo",            "Zm8=",     "Zm8"   },
        {"foo",           "Zm9v",     "Zm9v"  },
        {"foob",          "Zm9vYg==", "Zm9vYg"},
        {"\xfb\xff\xbf"s, "+/+/",     "-_-_"  },
        {"\0\0"s,         "AAA=",     "AAA"   },
    };
    for (const auto& row : rows) {
        CAPTURE(row.plain);
        CHECK(to_base64(row.bytes) == row.plain);
        CHECK(to_base64url(row.bytes) == row.of_url);
        CHECK(from_base64(row.plain) == row.bytes);
        CHECK(from_base64url(row.of_url) == row.bytes);
    }
}

TEST_CASE("base64: what could be read in two ways is not read") {
    for (const char* text :
         {"Zg=", "Zg", "Z===", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "-_-_", "=Zg="}) {
        CAPTURE(text);
        CHECK_FALSE(from_base64(text));
    }
    for (const char* text :
         {"Zg==", "Z", "Zh", "Zm9v=", "+/+/", "Zm9v Zm9v", "Zm9v.", "Zm\xc3\xa9"}) {
        CAPTURE(text);
        CHECK_FALSE(from_base64url(text));
    }
}

}  // namespace
}  // namespace billhook
