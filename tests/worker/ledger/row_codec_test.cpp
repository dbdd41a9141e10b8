#include "worker/ledger/row_codec.hpp"

#include "schemas/io/postgres/failure.hpp"

#include <doctest/doctest.h>

#include <string>

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

TEST_CASE("row arrays: one literal a column") {
    row_arrays rows(3);
    CHECK(rows.empty());
    rows.add("a").add(true).add(std::optional<std::int64_t>());
    rows.add("b").add(false).add(std::optional<std::int64_t>(7));
    CHECK(
        rows.literals() == std::vector<std::string>{R"({"a","b"})", R"({"t","f"})", R"({NULL,"7"})"}
    );
}

}  // namespace billhook
