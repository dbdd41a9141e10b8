#include "schemas/stripe/event.hpp"
#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace billhook::stripe {

TEST_CASE("customer: the organization and the time of creation are read") {
    const std::string body = event_body(
        "customer.updated",
        R"({"id":"cus_1","object":"customer","created":5,"metadata":{"organization_id":"org_1"}})",
        R"({"metadata":{"organization_id":null},"email":"a@example.com"})"
    );
    const auto fact = fact_in<customer_fact>(body);
    CHECK(fact.id == customer_id("cus_1"));
    CHECK(fact.state.organization == organization_id("org_1"));
    CHECK(fact.state.created == at(5));
    REQUIRE(fact.replaced.organization.has_value());
    CHECK_FALSE(fact.replaced.organization->has_value());
    CHECK_FALSE(fact.replaced.created.has_value());
    CHECK(event_in(body).customer == customer_id("cus_1"));
}

TEST_CASE("customer: created is first within its second and deleted last") {
    const auto of = [](std::string_view type, std::string_view object) {
        return fact_in<customer_fact>(event_body(type, object)).within_second;
    };
    CHECK(of("customer.created", R"({"id":"cus_1","metadata":[]})") == place::first);
    CHECK(
        of("customer.deleted", R"({"id":"cus_1","object":"customer","deleted":true})") ==
        place::last
    );
}

TEST_CASE("customer: an impossible time counts as absent") {
    const auto fact =
        fact_in<customer_fact>(event_body("customer.created", R"({"id":"cus_1","created":"x"})"));
    CHECK_FALSE(fact.state.created.has_value());
}

}  // namespace billhook::stripe
