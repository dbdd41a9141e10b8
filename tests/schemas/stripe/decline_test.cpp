#include "schemas/stripe/facts.hpp"
#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::stripe {

TEST_CASE("decline: the most telling word of a refusal is its code") {
    const struct {
        std::string type;
        std::string object;
        std::string code;
        bool hard;
    } rows[] = {
        {"charge.failed",
         R"({"id":"ch_1","object":"charge","customer":"cus_1","failure_code":"card_declined"})",     "card_declined",
         false},
        {"charge.failed",
         R"({"id":"ch_1","object":"charge","customer":"cus_1","failure_code":"card_declined",)"
         R"("outcome":{"reason":"lost_card"}})",                                                     "lost_card",
         true },
        {"charge.failed",
         R"({"id":"ch_1","object":"charge","customer":"cus_1","failure_code":"incorrect_number",)"
         R"("outcome":{"reason":"generic_decline"}})",                                               "incorrect_number",
         true },
        {"charge.failed",
         R"({"id":"ch_1","object":"charge","customer":"cus_1","failure_code":null,"outcome":null})", "",
         false},
        {"payment_intent.payment_failed",
         R"({"id":"pi_1","object":"payment_intent","customer":{"id":"cus_1"},)"
         R"("last_payment_error":{"code":"card_declined","decline_code":"stolen_card"}})",           "stolen_card",
         true },
        {"payment_intent.payment_failed",
         R"({"id":"pi_1","object":"payment_intent","customer":"cus_1",)"
         R"("last_payment_error":{"code":"authentication_required"}})",                              "authentication_required",
         true },
    };
    for (const auto& row : rows) {
        CAPTURE(row.object);
        const auto fact = fact_in<decline_fact>(event_body(row.type, row.object));
        CHECK(fact.customer == customer_id("cus_1"));
        CHECK(fact.event == event_id("evt_1"));
        CHECK(fact.created == at(1000));
        CHECK(fact.code == row.code);
        CHECK(is_hard(fact) == row.hard);
        CHECK_FALSE(fact.invoice.has_value());
    }
}

TEST_CASE("decline: the invoice of an old body is kept") {
    const auto fact = fact_in<decline_fact>(event_body(
        "charge.failed",
        R"({"id":"ch_1","object":"charge","customer":"cus_1","invoice":{"id":"in_1"}})"
    ));
    CHECK(fact.invoice == invoice_id("in_1"));
}

TEST_CASE("decline: of nobody's card it is ignored and an impossible code is none") {
    const event what =
        event_in(event_body("charge.failed", R"({"id":"ch_1","object":"charge","customer":null})"));
    CHECK(std::holds_alternative<std::monostate>(what.said));
    CHECK(fact_in<decline_fact>(
              event_body("charge.failed", R"({"id":"ch_1","customer":"cus_1","failure_code":7})")
    )
              .code.empty());
    CHECK(
        outcome_of(event_body("charge.failed", R"({"id":"pi_1","object":"payment_intent"})")) ==
        "no_object"
    );
}

}  // namespace billhook::stripe
