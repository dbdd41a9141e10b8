#include "schemas/stripe/event.hpp"
#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

namespace billhook::stripe {

TEST_CASE("checkout: a session is read with what it names") {
    const auto fact = fact_in<checkout_fact>(event_body(
        "checkout.session.completed",
        R"({"id":"cs_1","object":"checkout.session","mode":"subscription","customer":{"id":"cus_1"},)"
        R"("subscription":"sub_1","client_reference_id":"org_1","metadata":{"organization_id":"org_2"},)"
        R"("created":900})"
    ));
    CHECK(fact.id == checkout_session_id("cs_1"));
    CHECK(fact.event == event_id("evt_1"));
    CHECK(fact.event_created == at(1000));
    CHECK(fact.api_version == "2024-06-20");
    CHECK(fact.mode == "subscription");
    CHECK(fact.customer == customer_id("cus_1"));
    CHECK(fact.subscription == subscription_id("sub_1"));
    CHECK(fact.client_reference == organization_id("org_1"));
    CHECK(fact.organization == organization_id("org_2"));
    CHECK(fact.created == at(900));
}

TEST_CASE("checkout: an old session has nothing of it and the event's time") {
    const auto fact = fact_in<checkout_fact>(event_body(
        "checkout.session.completed",
        R"({"id":"cs_1","mode":null,"customer":null,"subscription":null,"client_reference_id":null})"
    ));
    CHECK(fact.mode.empty());
    CHECK_FALSE(fact.customer.has_value());
    CHECK_FALSE(fact.subscription.has_value());
    CHECK_FALSE(fact.client_reference.has_value());
    CHECK_FALSE(fact.organization.has_value());
    CHECK(fact.created == at(1000));
    CHECK(
        outcome_of(event_body("checkout.session.expired", R"({"id":"cs_1","subscription":7})")) ==
        "bad_value"
    );
}

}  // namespace billhook::stripe
