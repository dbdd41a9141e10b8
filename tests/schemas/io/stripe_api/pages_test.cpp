#include "schemas/io/stripe_api/pages.hpp"

#include "tests/schemas/io/stripe_api/asked.hpp"

#include <doctest/doctest.h>

namespace billhook::stripe {
namespace {

simulator::api_answer list(std::vector<std::string> ids, bool has_more) {
    simulator::api_answer answer;
    for (const std::string& id : ids) {
        answer.body += (answer.body.empty() ? "" : ",") + (R"({"id":")" + id + R"("})");
    }
    answer.body = R"({"object":"list","has_more":)" + std::string(has_more ? "true" : "false") +
                  R"(,"data":[)" + answer.body + "]}";
    return answer;
}

std::vector<std::string> ids_of(pages& walk) {
    std::vector<std::string> ids;
    while (true) {
        auto next = walk.next();
        REQUIRE(next.has_value());
        if (!next->has_value()) {
            return ids;
        }
        for (const json::value each : (*next)->objects) {
            ids.emplace_back(*each.find("id").as_string());
        }
    }
}

bool fails(pages& walk) {
    try {
        while (true) {
            const auto next = walk.next();
            if (!next || !next->has_value()) {
                return false;
            }
        }
    } catch (const failure& why) {
        return !why.retryable;
    }
}

const request events{.path = "/v1/events", .query = {{"type", "invoice.*"}}};

}  // namespace

TEST_CASE("pages: each begins after the last object of the one before") {
    asked of({list({"evt_4", "evt_3"}, true), list({"evt_2"}, true), list({"evt_1"}, false)});
    pages walk(of.client, events);
    CHECK(ids_of(walk) == std::vector<std::string>{"evt_4", "evt_3", "evt_2", "evt_1"});
    REQUIRE(of.calls.size() == 3);
    CHECK(of.calls[0].parameter("starting_after").empty());
    CHECK(of.calls[1].parameters_named("starting_after") == std::vector<std::string>{"evt_3"});
    CHECK(of.calls[2].parameters_named("starting_after") == std::vector<std::string>{"evt_2"});
    CHECK(of.calls[2].parameter("type") == "invoice.*");
    CHECK(of.calls[2].parameter("limit") == "100");
    CHECK(walk.after() == "evt_1");
    CHECK(walk.ended());
}

TEST_CASE("pages: a walk goes on behind where an earlier one stopped") {
    asked of({list({"evt_1"}, false)});
    pages walk(of.client, events, "evt_2", 10);
    CHECK(ids_of(walk) == std::vector<std::string>{"evt_1"});
    CHECK(of.calls.front().parameter("starting_after") == "evt_2");
    CHECK(of.calls.front().parameter("limit") == "10");
}

TEST_CASE("pages: an empty list ends at once") {
    asked of({list({}, false)});
    pages walk(of.client, events);
    CHECK(ids_of(walk).empty());
    CHECK(of.calls.size() == 1);
}

TEST_CASE("pages: a refusal in the middle is the answer") {
    asked of({
        list({"evt_2"},
        true), {.status = 400, .body = "{}"}
    });
    pages walk(of.client, events);
    REQUIRE(walk.next().has_value());
    CHECK_FALSE(walk.ended());
    const auto second = walk.next();
    REQUIRE(second.has_error());
    CHECK(second.error().status == 400);
}

TEST_CASE("pages: a list that does not move or is none is not read for ever") {
    asked same({list({"evt_1"}, true)});
    pages standing(same.client, events);
    CHECK(fails(standing));
    asked empty({list({}, true)});
    pages hollow(empty.client, events);
    CHECK(fails(hollow));
    asked object({
        {.status = 200, .body = R"({"id":"evt_1"})"}
    });
    pages none(object.client, events);
    CHECK(fails(none));
}

}  // namespace billhook::stripe
