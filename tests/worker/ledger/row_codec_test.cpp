#include "worker/ledger/row_codec.hpp"

#include "schemas/io/postgres/failure.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>
#include <utility>

namespace billhook {

TEST_CASE("array literal: every text is quoted and only our own NULL is null") {
    CHECK(array_literal().text() == "{}");
    CHECK(
        array_literal().add("a").add("").add_null().add("NULL").text() == R"({"a","",NULL,"NULL"})"
    );
    CHECK(array_literal().add(R"(say "\{,}")").text() == R"({"say \"\\{,}\""})");
}

TEST_CASE("array literal: a NUL byte is the record's fault and never cut") {
    try {
        array_literal().add(std::string("a\0b", 3));
        FAIL("nothing was thrown");
    } catch (const std::exception& error) {
        CHECK(postgres::classify(error).what == postgres::remedy::bisect);
        CHECK(postgres::classify(error).sqlstate == "22021");
    }
}

TEST_CASE("array literal: read back as it was written") {
    using texts = std::vector<std::string>;
    const texts rows[] = {
        {},
        {""},
        {"", ""},
        {"a", "b"},
        {R"(\)", R"(")", "{", "}", ",", "NULL", "ü"}
    };
    for (const texts& row : rows) {
        CHECK(texts_in(array_of(row)) == row);
    }
    CHECK(texts_in("{a,b c,\"\"}") == texts{"a", "b c", ""});  // as Postgres leaves quotes out
}

namespace {

// In words of eight digits, as the protocol's papers count.
std::string hex_of(const binary_array& array) {
    std::string text;
    for (const char c : array.bytes()) {
        text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    return text;
}

// One dimension, of elements that count from 1.
std::string array_in_hex(const char* nulls, const char* type, const char* count) {
    return fmt::format("00000001{}{}{}00000001", nulls, type, count);
}

constexpr const char* no_nulls = "00000000";

}  // namespace

TEST_CASE("binary array: as Postgres' array_recv takes it") {
    CHECK(hex_of(binary_array(element::text)) == array_in_hex(no_nulls, "00000019", "00000000"));
    CHECK(
        hex_of(binary_array(element::text).add("ab").add("").add_null()) ==
        array_in_hex("00000001", "00000019", "00000003") + "000000026162" + "00000000" + "ffffffff"
    );
    CHECK(
        hex_of(binary_array(element::jsonb).add("{}")) ==
        array_in_hex(no_nulls, "00000eda", "00000001") + "00000003017b7d"
    );
    CHECK(
        hex_of(binary_array(element::bytea).add(std::string_view("\0\xff", 2))) ==
        array_in_hex(no_nulls, "00000011", "00000001") + "0000000200ff"
    );
    CHECK(
        hex_of(binary_array(element::boolean).add(true).add(false)) ==
        array_in_hex(no_nulls, "00000010", "00000002") + "0000000101" + "0000000100"
    );
    CHECK(
        hex_of(binary_array(element::integer).add(std::int32_t{-2})) ==
        array_in_hex(no_nulls, "00000017", "00000001") + "00000004fffffffe"
    );
    CHECK(
        hex_of(binary_array(element::bigint).add(std::int64_t{0x0102030405060708})) ==
        array_in_hex(no_nulls, "00000014", "00000001") + "000000080102030405060708"
    );
}

TEST_CASE("binary array: a time is microseconds since 2000") {
    const auto seconds = array_in_hex(no_nulls, "000004a0", "00000001") + "00000008";
    const std::pair<instant, const char*> times[] = {
        {from_unix_seconds(946'684'800),                                "0000000000000000"},
        {from_unix_seconds(946'684'801) + std::chrono::microseconds{1}, "00000000000f4241"},
        {from_unix_seconds(946'684'799),                                "fffffffffff0bdc0"},
        {instant::max(),                                                "7ffca2fec4c81fff"},
        {instant::min(),                                                "7ffca2fec4c82000"}, // no time, and out of Postgres' range
    };
    for (const auto& [at, microseconds] : times) {
        CHECK(hex_of(binary_array(element::timestamptz).add(at)) == seconds + microseconds);
    }
}

TEST_CASE("binary array: a NUL byte in a text is the record's fault") {
    for (const element what : {element::text, element::jsonb}) {
        try {
            binary_array(what).add(std::string_view("a\0b", 3));
            FAIL("nothing was thrown");
        } catch (const std::exception& error) {
            CHECK(postgres::classify(error).sqlstate == "22021");
        }
    }
}

TEST_CASE("row arrays: one array a column") {
    row_arrays rows({element::text, element::boolean, element::bigint, element::text});
    CHECK(rows.empty());
    const std::vector<std::string> two{"x", "y"};
    rows.add("a").add(true).add(std::optional<std::int64_t>()).add(two);
    rows.add("b").add(false).add(std::optional<std::int64_t>(7)).add(std::vector<std::string>());
    const auto& columns = rows.arrays();
    REQUIRE(columns.size() == 4);
    CHECK(columns[0].bytes() == binary_array(element::text).add("a").add("b").bytes());
    CHECK(columns[1].bytes() == binary_array(element::boolean).add(true).add(false).bytes());
    CHECK(
        columns[2].bytes() == binary_array(element::bigint).add_null().add(std::int64_t{7}).bytes()
    );
    CHECK(columns[3].bytes() == binary_array(element::text).add(R"({"x","y"})").add("{}").bytes());
}

}  // namespace billhook
