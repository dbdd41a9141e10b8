#include "schemas/stripe/event.hpp"
#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace billhook::stripe {

namespace {

invoice_fact invoice_in(
    std::string_view fields,
    std::string_view previous = {},
    std::string_view type = "invoice.updated"
) {
    const std::string object = R"({"id":"in_1","object":"invoice",)" + std::string(fields) + "}";
    return fact_in<invoice_fact>(event_body(type, object, previous));
}

}  // namespace

TEST_CASE("invoice: a body since basil is read whole") {
    const auto fact = invoice_in(
        R"("status":"open","customer":"cus_1","billing_reason":"subscription_cycle","attempt_count":1,)"
        R"("amount_due":24900,"amount_remaining":24900,"currency":"usd","created":50,)"
        R"("status_transitions":{"finalized_at":60,"paid_at":null,"voided_at":61,"marked_uncollectible_at":62},)"
        R"("parent":{"type":"subscription_details","subscription_details":{"subscription":"sub_1"}})",
        {},
        "invoice.payment_failed"
    );
    CHECK(fact.id == invoice_id("in_1"));
    CHECK(fact.says == evidence::payment_failed);
    CHECK(fact.within_second == place::middle);
    CHECK(fact.state.status == "open");
    CHECK(fact.state.customer == customer_id("cus_1"));
    CHECK(fact.state.subscription == subscription_id("sub_1"));
    CHECK(fact.state.billing_reason == "subscription_cycle");
    CHECK(fact.state.attempt_count == 1);
    CHECK(fact.state.amount_due == 24900);
    CHECK(fact.state.amount_remaining == 24900);
    CHECK(fact.state.currency == "usd");
    CHECK(fact.state.created == at(50));
    CHECK(fact.state.finalized_at == at(60));
    CHECK_FALSE(fact.state.paid_at.has_value());
    CHECK(fact.state.voided_at == at(61));
    CHECK(fact.state.marked_uncollectible_at == at(62));
}

TEST_CASE("invoice: it belongs to a subscription by its own field and never by its lines") {
    const std::string parent = R"("parent":{"subscription_details":{"subscription":"sub_p"}})";
    const std::string item_line =
        R"({"parent":{"subscription_item_details":{"subscription":"sub_d"}}})";
    const struct {
        std::string name;
        std::string fields;
        std::optional<subscription_id> subscription;
    } rows[] = {
        {"parent",               parent,                                                         subscription_id("sub_p")},
        {"top",                  R"("subscription":"sub_t")",                                    subscription_id("sub_t")},
        {"expanded",             R"("subscription":{"id":"sub_t"})",                             subscription_id("sub_t")},
        {"parent and top",       R"("subscription":"sub_t",)" + parent,                          subscription_id("sub_p")},
        {"parent null",          R"("subscription":"sub_t","parent":null)",                      subscription_id("sub_t")},
        {"details null",
         R"("subscription":"sub_t","parent":{"subscription_details":null})",                     subscription_id("sub_t")},
        {"only a line's parent",
         R"("subscription":null,"lines":{"data":[{"subscription":"sub_l"},)" + item_line + "]}",
         std::nullopt                                                                                                    },
        {"only a line",
         R"("lines":{"data":[{"subscription":null},{"subscription":"sub_l"}]})",                 std::nullopt            },
        {"a line of another",
         R"("subscription":"sub_t","lines":{"data":[{"subscription":"sub_l"}]})",                subscription_id("sub_t")},
        {"empty text",
         R"("subscription":"","lines":{"data":[{"subscription":"sub_l"}]})",                     std::nullopt            },
        {"none",                 R"("subscription":null,"lines":{"data":[{}]})",                 std::nullopt            },
        {"lines of old times",   R"("lines":{"invoiceitems":[],"subscriptions":[]})",            std::nullopt            },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(invoice_in(row.fields).state.subscription == row.subscription);
    }
}

TEST_CASE("invoice: before 2018-11 paid forgiven the type and closed tell the status in this order"
) {
    const struct {
        std::string fields;
        std::string_view type;
        std::string_view status;
    } rows[] = {
        {R"("status":"draft","paid":true)",                "invoice.updated",              "draft"        },
        {R"("status":"new_word")",                         "invoice.updated",              "new_word"     },
        {R"("status":null,"paid":true)",                   "invoice.updated",              "paid"         },
        {R"("status":"","paid":true)",                     "invoice.updated",              "paid"         },
        {R"("paid":true,"forgiven":true,"closed":true)",   "invoice.payment_failed",       "paid"         },
        {R"("paid":false,"forgiven":true,"closed":true)",
         "invoice.payment_failed",                                                         "uncollectible"},
        {R"("paid":false,"forgiven":false,"closed":true)", "invoice.payment_failed",       "open"         },
        {R"("paid":false,"closed":true)",                  "invoice.updated",              "uncollectible"},
        {R"("paid":false,"closed":false)",                 "invoice.updated",              "open"         },
        {R"("paid":false,"closed":false)",                 "invoice.created",              "draft"        },
        {R"("paid":false,"closed":true)",                  "invoice.deleted",              "draft"        },
        {R"("paid":false)",                                "invoice.sent",                 "open"         },
        {R"("paid":false)",                                "invoice.finalized",            "open"         },
        {R"("paid":false)",                                "invoice.voided",               "void"         },
        {R"("paid":false)",                                "invoice.marked_uncollectible", "uncollectible"},
        {R"("paid":false)",                                "invoice.payment_succeeded",    "paid"         },
        {R"("currency":"usd")",                            "invoice.updated",              "open"         },
    };
    for (const auto& row : rows) {
        CAPTURE(row.fields);
        CAPTURE(row.type);
        CHECK(invoice_in(row.fields, {}, row.type).state.status == row.status);
    }
}

TEST_CASE("invoice: what is missing is nothing and the count of attempts none") {
    const auto fact =
        invoice_in(R"("status":"open","attempt_count":null,"status_transitions":null)");
    CHECK(fact.state.attempt_count == 0);
    CHECK_FALSE(fact.state.customer.has_value());
    CHECK_FALSE(fact.state.subscription.has_value());
    CHECK_FALSE(fact.state.billing_reason.has_value());
    CHECK_FALSE(fact.state.amount_due.has_value());
    CHECK_FALSE(fact.state.finalized_at.has_value());
    CHECK_FALSE(fact.state.created.has_value());
    CHECK(invoice_in(R"("status":"open","date":70)").state.created == at(70));
    CHECK(invoice_in(R"("status":"open","date":70,"created":71)").state.created == at(71));
}

TEST_CASE("invoice: fields of an impossible type or range count as absent") {
    const char* const rows[] = {
        R"("status":7)",
        R"("paid":"yes")",
        R"("subscription":7)",
        R"("subscription":{"object":"subscription"})",
        R"("billing_reason":[])",
        R"("attempt_count":"1")",
        R"("amount_due":1234.0)",
        R"("amount_due":2.99e3)",
        R"("amount_due":"1234")",
        R"("amount_remaining":92233720368547758070)",
        R"("currency":840)",
        R"("status_transitions":{"paid_at":"now"})",
        R"("created":-5)",
        R"("currency":"us\u0000")",
    };
    const auto absent = invoice_in(R"("lines":null)").state;
    for (const char* const fields : rows) {
        CAPTURE(fields);
        CHECK((invoice_in(fields).state == absent));
    }
    CHECK(
        invoice_in(R"("status":"paid","amount_due":-9223372036854775808)").state.amount_due ==
        std::numeric_limits<std::int64_t>::min()
    );
}

TEST_CASE("invoice: previous attributes become what was replaced") {
    const auto fact = invoice_in(
        R"("status":"paid")",
        R"({"amount_remaining":500,"amount_due":null,"attempt_count":0,"attempted":false,"status":"open",)"
        R"("billing_reason":"manual","currency":"eur","created":7,"customer":null,)"
        R"("status_transitions":{"paid_at":null,"finalized_at":9},)"
        R"("parent":{"subscription_details":{"subscription":"sub_0"}}})"
    );
    invoice_replaced replaced;
    replaced.status = "open";
    replaced.customer.emplace();
    replaced.subscription = subscription_id("sub_0");
    replaced.billing_reason = "manual";
    replaced.attempt_count = 0;
    replaced.amount_due.emplace();
    replaced.amount_remaining = 500;
    replaced.currency = "eur";
    replaced.finalized_at = at(9);
    replaced.paid_at.emplace();
    replaced.created = at(7);
    CHECK(fact.replaced == replaced);
    for (const char* const previous : {R"({"subscription":null})", R"({"parent":null})"}) {
        CAPTURE(previous);
        const auto none = invoice_in(R"("status":"paid")", previous).replaced.subscription;
        REQUIRE(none.has_value());
        CHECK_FALSE(none->has_value());
    }
    CHECK(
        invoice_in(R"("status":"paid")", R"({"lines":[{"id":"il_1"}]})").replaced ==
        invoice_replaced{}
    );
}

TEST_CASE("invoice: before 2018-11 the replaced flags tell the status before") {
    const struct {
        std::string fields;
        std::string previous;
        std::optional<std::string> before;
    } rows[] = {
        {R"("paid":true,"closed":true)",     R"({"paid":false,"closed":false})",   "open"         },
        {R"("paid":true,"closed":true)",     R"({"paid":false})",                  "open"         },
        {R"("paid":false)",                  R"({"paid":true})",                   "paid"         },
        {R"("paid":false,"forgiven":true)",  R"({"forgiven":false})",              "open"         },
        {R"("paid":false,"forgiven":false)", R"({"forgiven":true})",               "uncollectible"},
        {R"("paid":false,"closed":true)",    R"({"closed":false})",                "open"         },
        {R"("paid":false,"closed":false)",   R"({"closed":true})",                 "uncollectible"},
        {R"("paid":true,"closed":true)",     R"({"paid":false,"closed":true})",    "uncollectible"},
        {R"("paid":false,"closed":false)",   R"({"closed":false})",                std::nullopt   },
        {R"("paid":true)",                   R"({"attempted":false})",             std::nullopt   },
        {R"("status":"paid","paid":true)",   R"({"status":"draft","paid":false})", "draft"        },
        {R"("status":"paid")",               R"({"status":null})",                 std::nullopt   },
    };
    for (const auto& row : rows) {
        CAPTURE(row.fields);
        CAPTURE(row.previous);
        CHECK(invoice_in(row.fields, row.previous).replaced.status == row.before);
    }
}

}  // namespace billhook::stripe
