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
    const auto odd = fact_in<checkout_fact>(event_body(
        "checkout.session.expired",
        R"({"id":"cs_1","subscription":7,"client_reference_id":"\ud800"})"
    ));
    CHECK_FALSE(odd.subscription.has_value());
    CHECK_FALSE(odd.client_reference.has_value());
}

TEST_CASE("checkout: what tells that somebody completed it") {
    const struct {
        const char* name;
        const char* type;
        const char* event;
        const char* status;  // of the session, as JSON; "" for a version that had none
        bool completed;
    } rows[] = {
        {"its event",                      "completed",               "evt_1", "\"complete\"", true },
        {"of a version without status",    "completed",               "evt_1", "",             true },
        {"a payment that came later",      "async_payment_succeeded", "evt_1", "\"complete\"", true },
        {"or did not come",                "async_payment_failed",    "evt_1", "\"complete\"", true },
        {"expired",                        "expired",                 "evt_1", "\"expired\"",  false},
        {"an event's status is not asked", "expired",                 "evt_1", "\"complete\"", false},
        {"a reading of a complete one",    "completed",               "rec_1", "\"complete\"", true },
        {"a reading of an open one",       "completed",               "rec_1", "\"open\"",     false},
        {"a reading that does not tell",   "completed",               "rec_1", "",             false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const std::string status =
            *row.status == '\0' ? "" : ",\"status\":" + std::string(row.status);
        const auto fact = fact_in<checkout_fact>(
            R"({"id":")" + std::string(row.event) +
            R"(","object":"event","created":1000,"type":"checkout.session.)" + row.type +
            R"(","data":{"object":{"id":"cs_1","mode":"subscription")" + status + "}}}"
        );
        CHECK(fact.completed == row.completed);
    }
}

}  // namespace billhook::stripe
