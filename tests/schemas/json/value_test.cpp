#include "schemas/json/reader.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace billhook::json {

namespace {

document read_well(std::string_view text) {
    auto parsed = read(text);
    REQUIRE(parsed.has_value());
    return std::move(*parsed);
}

}  // namespace

TEST_CASE("value: a member is found past containers of any size") {
    const document text = read_well(R"({"a":{"x":[1,{"b":9}]},"":7,"b":[[],{}],"c":"end"})");
    const value root = text.root();
    CHECK(root.find("b").is_array());
    CHECK(root.find("c").as_string() == "end");
    CHECK(root.find("").as_int64() == 7);
    CHECK(root.find("x").is_absent());
    CHECK(root.find("a").find("x").items().size() == 2);
}

TEST_CASE("value: items go through members and elements in order") {
    const document text = read_well(R"({"one":[1,[2,3],4],"two":{},"three":null})");
    std::vector<std::string> keys;
    for (const value member : text.root().items()) {
        keys.emplace_back(member.key());
    }
    CHECK(keys == std::vector<std::string>{"one", "two", "three"});
    std::vector<std::optional<std::int64_t>> numbers;
    for (const value element : text.root().find("one").items()) {
        numbers.push_back(element.as_int64());
    }
    CHECK(numbers == std::vector<std::optional<std::int64_t>>{1, std::nullopt, 4});
    CHECK(text.root().find("two").items().empty());
    CHECK(text.root().find("three").items().empty());
}

TEST_CASE("value: what is absent answers every question with nothing") {
    const document text = read_well(R"({"a":1})");
    const value absent = text.root().find("b").find("c");
    CHECK(absent.is_absent());
    CHECK(absent.is_nothing());
    CHECK_FALSE(absent.is_null());
    CHECK_FALSE(absent.as_string().has_value());
    CHECK_FALSE(absent.as_int64().has_value());
    CHECK_FALSE(absent.as_bool().has_value());
    CHECK(absent.items().empty());
    CHECK(absent.key().empty());
    CHECK(text.root().find("a").find("b").is_absent());
    CHECK(value().is_absent());
}

TEST_CASE("value: only whole numbers that fit are integers") {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const struct {
        std::string text;
        std::optional<std::int64_t> number;
    } rows[] = {
        {"0",                    0           },
        {"-0",                   0           },
        {"12",                   12          },
        {"-12",                  -12         },
        {"9223372036854775807",  most        },
        {"-9223372036854775808", least       },
        {"9223372036854775808",  std::nullopt},
        {"-9223372036854775809", std::nullopt},
        {"1.0",                  std::nullopt},
        {"1e3",                  std::nullopt},
        {"1E0",                  std::nullopt},
        {"true",                 std::nullopt},
        {"\"12\"",               std::nullopt},
        {"null",                 std::nullopt},
        {"[12]",                 std::nullopt},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(read_well(row.text).root().as_int64() == row.number);
    }
}

TEST_CASE("value: a handle outlives the moving of its document") {
    document text = read_well(R"({"a":"b"})");
    const value a = text.root().find("a");
    const document moved = std::move(text);
    CHECK(a.as_string() == "b");
    CHECK(a.key() == "a");
}

}  // namespace billhook::json
