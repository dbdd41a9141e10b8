#include "schemas/json/plain_reader.hpp"

#include "schemas/json/whole_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace billhook::json {

namespace {

// Everything that can be asked of a value.
void tell(value what, std::string& into) {
    const auto add = [&into](std::string_view text) {
        into += std::to_string(text.size()) + ":" + std::string(text) + ",";
    };
    into += std::to_string(static_cast<int>(what.is())) + "=";
    add(what.key());
    add(what.as_string().value_or(what.as_number().value_or("")));
    into += what.as_bool() == true ? "t" : "f";
    for (const value each : what.items()) {
        tell(each, into);
    }
    into += ";";
}

std::string told_of(const document& what) {
    std::string all;
    tell(what.root(), all);
    return all;
}

std::string object_of(std::size_t members) {
    std::string text = "{";
    for (std::size_t i = 0; i < members; ++i) {
        text += "\"member_" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    }
    return text + "\"\":{}}";
}

const std::string_view event = R"( {
  "id": "evt_1",	"data": {"object": {"customer":"cus_1", "name": "Bj\u00f6rk \"B\" \/ Söhne\\\n€",
    "lines":[ { "amount" : -12, "rate":0.5 },[],{} , 1.50], "paid":true,"off":false,"none":null}},
  "a longer name than eight":"and a longer value than eight", "n":12
} )";

}  // namespace

TEST_CASE("plain reader: what is plain is read and nothing else") {
    const struct {
        std::string name;
        std::string text;
        bool is_plain;
    } rows[] = {
        {"an object",         R"({"a":[1,-0.5,true,false,null,"b",{}]})",     true },
        {"spaces",            " \r\n\t{ \"a\" :\n         1 ,\"b\" : [ ] } ", true },
        {"escapes",           R"("\"\\\/\b\f\n\r\t\u00e9\u20ac\u0041")",      true },
        {"what is not ASCII", "\"é€\U0001d11e\x7f\"",                      true },
        {"thirty members",    object_of(30),                                  true },
        {"very many members", object_of(5'000),                               true },
        {"an exponent",       "1e2",                                          false},
        {"a long number",     "123456789012345678901234567890123",            false},
        {"a surrogate",       R"("\ud834\udd1e")",                            false},
        {"an escaped NUL",    R"("\u0000")",                                  false},
        {"a refused one",     "[1,]",                                         false},
        {"nothing",           "",                                             false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(read_plain(row.text).has_value() == row.is_plain);
    }
}

TEST_CASE("plain reader: members that repeat are seen among few and many") {
    for (const std::size_t members : {1U, 11U, 12U, 30U, 127U, 128U, 1'000U}) {
        auto text = object_of(members);
        CAPTURE(members);
        REQUIRE(read_plain(text).has_value());
        text.pop_back();
        CHECK_FALSE(read_plain(text + ",\"member_0\":0}").has_value());
        CHECK_FALSE(read_plain(text + ",\"\":0}").has_value());
    }
}

TEST_CASE("plain reader: it says of every text nearly like an event what the other reader says") {
    const std::string_view put_in = "{}[],:\"\\0 1.-+eutfn\n/b\x80\xc3";
    std::size_t plain = 0;
    const auto look_at = [&plain](const std::string& text) {
        const auto mine = read_plain(text);
        if (!mine) {
            return;
        }
        ++plain;
        const auto whole = read_whole(text);
        CAPTURE(text);
        REQUIRE(whole.has_value());
        REQUIRE(told_of(*mine) == told_of(*whole));
    };
    const std::string text(event);
    look_at(text);
    REQUIRE(plain == 1);
    for (std::size_t at = 0; at < text.size(); ++at) {
        look_at(std::string(text).erase(at, 1));
        look_at(text.substr(at));
        for (const char c : put_in) {
            look_at(std::string(text).insert(at, 1, c));
            look_at(std::string(text).replace(at, 1, 1, c));
        }
    }
    CHECK(plain > 1'000);
}

}  // namespace billhook::json
