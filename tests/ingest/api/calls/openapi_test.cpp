#include "ingest/api/calls/openapi.hpp"

#include "ingest/api/calls/target.hpp"
#include "ingest/http/problem.hpp"
#include "schemas/json/reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

// That the document says neither more nor less than there is.
namespace billhook::api {
namespace {

std::string lowered(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return small;
}

// The names of the parameters in the query, also of those that stand among the components.
std::set<std::string> query_of(const json::value& root, const json::value& operation) {
    std::set<std::string> names;
    for (const json::value each : operation.find("parameters").items()) {
        const auto reference = each.find("$ref").as_string();
        const auto what = reference ? root.find("components")
                                          .find("parameters")
                                          .find(reference->substr(reference->rfind('/') + 1))
                                    : each;
        if (what.find("in").as_string() == "query") {
            names.emplace(what.find("name").as_string().value_or(""));
        }
    }
    return names;
}

}  // namespace

TEST_CASE("openapi: every call stands in it with its query and no other") {
    const auto read = json::read(openapi_document());
    REQUIRE(read.has_value());
    const auto root = read->root();
    CHECK(root.find("openapi").as_string() == "3.1.0");
    const auto paths = root.find("paths");
    for (const route& each : routes()) {
        CAPTURE(each.word);
        const auto operation = paths.find(each.path).find(lowered(each.method));
        REQUIRE(operation.is_object());
        CHECK(operation.find("operationId").as_string() == each.word);
        std::set<std::string> known;
        std::istringstream words{std::string(each.parameters)};
        for (std::string word; words >> word;) {
            known.insert(word);
        }
        CHECK(query_of(root, operation) == known);
        CHECK(operation.find("security").is_array() == is_public(each.kind));
    }
    std::size_t operations = 0;
    for (const json::value path : paths.items()) {
        for (const json::value method : path.items()) {
            operations += method.key() == "parameters" ? 0U : 1U;
        }
    }
    CHECK(operations == routes().size());
}

TEST_CASE("openapi: every problem stands in it and no other") {
    const auto read = json::read(openapi_document());
    REQUIRE(read.has_value());
    std::set<std::string> said;
    for (const json::value each : read->root()
                                      .find("components")
                                      .find("schemas")
                                      .find("Problem")
                                      .find("properties")
                                      .find("code")
                                      .find("enum")
                                      .items()) {
        said.emplace(each.as_string().value_or(""));
    }
    std::set<std::string> known;
    for (int code = 0; code <= static_cast<int>(http::last_problem_code); ++code) {
        known.emplace(to_word(static_cast<http::problem_code>(code)));
    }
    CHECK(said == known);
}

}  // namespace billhook::api
