#include "ingest/api/calls/target.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::api {
namespace {

using http::problem_code;

TEST_CASE("target: what is asked of whom") {
    struct row {
        const char* target;
        call_kind kind;
        const char* organization;  // empty: none
        const char* name;
    };
    const row rows[] = {
        {"/v1/organizations/org_1/standing",                             call_kind::standing,      "org_1", ""     },
        {"/v1/organizations/org%5F1/standing",                           call_kind::standing,      "org_1", ""     },
        {"/v1/organizations/a%2Fb/can/seats",                            call_kind::can,           "a/b",   "seats"},
        {"/v1/organizations/a/can/x%20y?after=3:1041",                   call_kind::can,           "a",     "x y"  },
        {"/v1/plans",                                                    call_kind::plans,         "",      ""     },
        {"/v1/organizations/a/portal?flow=x&return_url=https%3A%2F%2Fa",
         call_kind::portal,
         "a",                                                                                               ""     },
        {"/v1/organizations/a/invoices/open",                            call_kind::open_invoices, "a",     ""     },
    };
    for (const row& each : rows) {
        CAPTURE(each.target);
        const auto asked = call_of("GET", each.target);
        REQUIRE(asked.has_value());
        CHECK(asked->kind == each.kind);
        CHECK(asked->organization.has_value() == (*each.organization != '\0'));
        CHECK(asked->organization.value_or(organization_id{}).text() == each.organization);
        CHECK(asked->name == each.name);
    }
}

TEST_CASE("target: what is refused") {
    struct row {
        const char* method;
        std::string target;
        problem_code why;
    };
    const std::string standing = "/v1/organizations/a/standing";
    const row rows[] = {
        {"GET", "/", problem_code::not_found},
        {"GET", "/v1/organizations/standing", problem_code::not_found},
        {"GET", "/v1/organizations//standing", problem_code::not_found},
        {"GET", "/v1/organizations/a/standing/", problem_code::not_found},
        {"GET", "/v1/organizations/%/standing", problem_code::not_found},
        {"GET", "/v1/organizations/%4/standing", problem_code::not_found},
        {"GET", "/v1/organizations/%zz/standing", problem_code::not_found},
        {"GET", "/v1/organizations/%-1/standing", problem_code::not_found},
        {"GET", "/v1/organizations/a%00/standing", problem_code::not_found},
        {"GET", "/v1/organizations/a%0d%0ab/standing", problem_code::not_found},
        {"GET",
         "/v1/organizations/" + std::string(256, 'a') + "/standing",
         problem_code::not_found},
        {"GET", "/v1/plans/", problem_code::not_found},
        {"GET",
         "/v1/organizations/a/portal?return_url=" + std::string(2'049, 'a'),
         problem_code::bad_parameter},
        {"POST", standing, problem_code::method_not_allowed},
        {"GET", standing + "?", problem_code::bad_parameter},
        {"GET", standing + "?after", problem_code::bad_parameter},
        {"GET", standing + "?after=", problem_code::bad_parameter},
        {"GET", standing + "?after=1:1&after=1:2", problem_code::bad_parameter},
        {"GET", standing + "?before=1:1", problem_code::bad_parameter},
        {"GET", standing + "?after=1:1&", problem_code::bad_parameter},
    };
    for (const row& each : rows) {
        CAPTURE(each.target);
        const auto asked = call_of(each.method, each.target);
        REQUIRE_FALSE(asked.has_value());
        CHECK(asked.error().code == each.why);
        CHECK(asked.error().allow == (each.why == problem_code::method_not_allowed ? "GET" : ""));
    }
}

TEST_CASE("target: a place in the log and what is none") {
    CHECK((log_position_from("3:1041") == log_position{3, 1041}));
    CHECK(to_text(log_position{3, 1041}) == "3:1041");
    for (const char* const text :
         {"",
          ":",
          "3",
          "3:",
          ":3",
          "-1:3",
          "3:-1",
          "3:1 ",
          "a:1",
          "3:99999999999999999999",
          "4294967296:1",
          "3:1:1",
          "+3:1"}) {
        CAPTURE(text);
        CHECK_FALSE(log_position_from(text).has_value());
    }
    const auto bad = call_of("GET", "/v1/plans?after=x");
    REQUIRE(bad.has_value());
    REQUIRE_FALSE(bad->after().has_value());
    CHECK(bad->after().error().code == problem_code::bad_parameter);
    const auto none = call_of("GET", "/v1/plans");
    REQUIRE(none.has_value());
    REQUIRE(none->after().has_value());
    CHECK_FALSE(none->after()->has_value());
}

TEST_CASE("target: one path and its methods") {
    const std::string path = "/v1/organizations/a/subscription";
    CHECK(call_of("POST", path)->kind == call_kind::subscribe);
    CHECK(call_of("PATCH", path)->kind == call_kind::change);
    CHECK(call_of("DELETE", path + "?when=now&after=0:1")->kind == call_kind::cancel);
    CHECK(call_of("POST", path + "/preview")->kind == call_kind::preview);
    CHECK(call_of("POST", path + "?when=now").error().code == problem_code::bad_parameter);
    const auto refused = call_of("GET", path);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == problem_code::method_not_allowed);
    CHECK(refused.error().allow == "POST, PATCH, DELETE");
    CHECK(call_of("GET", path + "/preview").error().allow == "POST");
}

TEST_CASE("target: every kind has a word") {
    for (int kind = 0; kind <= static_cast<int>(last_call_kind); ++kind) {
        CHECK_FALSE(to_word(static_cast<call_kind>(kind)).empty());
    }
}

}  // namespace
}  // namespace billhook::api
