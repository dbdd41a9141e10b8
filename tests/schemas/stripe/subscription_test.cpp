#include "schemas/stripe/subscription.hpp"

#include "schemas/stripe/event.hpp"
#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace billhook::stripe {

namespace {

subscription_fact subscription_in(std::string_view object, std::string_view previous = {}) {
    return fact_in<subscription_fact>(event_body("customer.subscription.updated", object, previous)
    );
}

// A subscription of one basic item, with `more` before its items.
std::string single(std::string_view more = {}) {
    return R"({"id":"sub_1","object":"subscription","status":"active",)" + std::string(more) +
           R"("items":{"object":"list","data":[{"id":"si_1","quantity":3,"price":)"
           R"({"id":"price_b","product":"prod_1","lookup_key":"basic_monthly"}}]}})";
}

// "gold x2, p1": prices and quantities.
std::string told(const std::vector<subscription_item>& items) {
    std::string text;
    for (const subscription_item& each : items) {
        text += text.empty() ? "" : ", ";
        text += each.price.value_or("?");
        text += each.quantity ? " x" + std::to_string(*each.quantity) : "";
    }
    return text;
}

}  // namespace

TEST_CASE("subscription: a body before basil is read whole") {
    const auto fact = subscription_in(
        R"({"id":"sub_1","object":"subscription","status":"trialing","customer":"cus_1",)"
        R"("latest_invoice":"in_1","current_period_start":10,"current_period_end":20,"trial_end":30,)"
        R"("cancel_at":40,"cancel_at_period_end":true,"created":5,)"
        R"("metadata":{"organization_id":"org_1"},"items":{"data":[{"quantity":2,)"
        R"("plan":{"id":"price_1","product":"prod_1"},)"
        R"("price":{"id":"price_1","product":"prod_1","lookup_key":"basic_monthly"}}]}})"
    );
    CHECK(fact.id == subscription_id("sub_1"));
    CHECK(fact.event == event_id("evt_1"));
    CHECK(fact.created == at(1000));
    CHECK(fact.api_version == "2024-06-20");
    CHECK(fact.state.status == "trialing");
    CHECK(fact.state.customer == customer_id("cus_1"));
    CHECK(fact.state.latest_invoice == invoice_id("in_1"));
    CHECK(fact.state.period_start == at(10));
    CHECK(fact.state.period_end == at(20));
    CHECK(fact.state.trial_end == at(30));
    CHECK(fact.state.cancel_at == at(40));
    CHECK(fact.state.cancel_at_period_end);
    CHECK(fact.state.organization == organization_id("org_1"));
    CHECK(fact.state.created == at(5));
    REQUIRE(fact.state.items.size() == 1);
    CHECK(told(fact.state.items) == "price_1 x2");
    CHECK(fact.state.items[0].product == "prod_1");
    CHECK(fact.state.items[0].lookup_key == "basic_monthly");
}

TEST_CASE("subscription: since basil each item has its period") {
    const auto fact = subscription_in(
        R"({"id":"sub_1","status":"active","customer":{"id":"cus_1","object":"customer"},)"
        R"("latest_invoice":{"id":"in_1","object":"invoice"},"cancel_at":null,"items":{"data":[)"
        R"({"current_period_start":10,"current_period_end":20,"price":{"id":"p1","product":{"id":"prod_1"}}},)"
        R"({"current_period_start":11,"current_period_end":21,"quantity":0,"price":{"id":"p2","lookup_key":null}}]}})"
    );
    CHECK_FALSE(fact.state.period_start.has_value());
    CHECK_FALSE(fact.state.period_end.has_value());
    CHECK(fact.state.customer == customer_id("cus_1"));
    CHECK(fact.state.latest_invoice == invoice_id("in_1"));
    REQUIRE(fact.state.items.size() == 2);
    CHECK(fact.state.items[0].period_start == at(10));
    CHECK(fact.state.items[0].period_end == at(20));
    CHECK(fact.state.items[0].product == "prod_1");
    CHECK_FALSE(fact.state.items[0].quantity.has_value());
    CHECK(fact.state.items[1].period_end == at(21));
    CHECK(fact.state.items[1].quantity == 0);
    CHECK_FALSE(fact.state.items[1].lookup_key.has_value());
}

TEST_CASE("subscription: items come from prices or legacy plans wherever the version keeps them") {
    const struct {
        std::string name;
        std::string fields;
        std::string items;
    } rows[] = {
        {"an item with a plan alone",
         R"("items":{"data":[{"plan":{"id":"gold"},"quantity":2}]})",                    "gold x2"},
        {"a price before a plan",
         R"("items":{"data":[{"plan":{"id":"gold"},"price":{"id":"p1"}}]})",             "p1"     },
        {"a price as a plain id",      R"("items":{"data":[{"price":"p1"}]})",           "p1"     },
        {"items as a bare array",      R"("items":[{"price":{"id":"p1"}}])",             "p1"     },
        {"items before the top plan",
         R"("plan":{"id":"old"},"quantity":9,"items":{"data":[{"price":{"id":"p1"}}]})", "p1"     },
        {"only a top plan",            R"("plan":{"id":"gold"},"quantity":4)",           "gold x4"},
        {"a top plan and empty items", R"("plan":{"id":"gold"},"items":[])",             "gold"   },
        {"a top plan of null",         R"("plan":null,"quantity":null)",                 ""       },
        {"nothing",                    R"("metadata":{})",                               ""       },
        {"an item without either",     R"("items":{"data":[{"quantity":1}]})",           "? x1"   },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto fact = subscription_in(R"({"id":"sub_1","status":"active",)" + row.fields + "}");
        CHECK(told(fact.state.items) == row.items);
    }
}

TEST_CASE("subscription: an organization that cannot be one counts as absent") {
    const struct {
        std::string metadata;
        std::optional<organization_id> organization;
    } rows[] = {
        {R"({"organization_id":"org_1"})", organization_id("org_1")},
        {R"({"organization_id":""})", std::nullopt},
        {R"({"organization_id":7})", std::nullopt},
        {R"({"organization_id":null})", std::nullopt},
        {R"({"organization_id":")" + std::string(256, 'o') + R"("})", std::nullopt},
        {R"({"other":"org_1"})", std::nullopt},
        {"[]", std::nullopt},
        {"null", std::nullopt},
    };
    for (const auto& row : rows) {
        CAPTURE(row.metadata);
        const auto fact = subscription_in(R"({"id":"sub_1","metadata":)" + row.metadata + "}");
        CHECK(fact.state.organization == row.organization);
    }
}

TEST_CASE("subscription: a field of an impossible type or range counts as absent") {
    const std::string longest(256, 'k');
    const std::string rows[] = {
        R"("status":7)",
        R"("status":"act\u0000ive")",
        R"("latest_invoice":true)",
        R"("latest_invoice":")" + longest + "\"",
        R"("current_period_start":"soon")",
        R"("current_period_end":1.5)",
        R"("trial_end":-1)",
        R"("cancel_at":253402300800)",
        R"("cancel_at_period_end":"no")",
        R"("created":1e3)",
        R"("items":"none")",
        R"("items":{"data":{}})",
        R"("metadata":{"organization_id":"org_\ud800"})",
        R"("metadata":{"other":"\u0000","\udc00":"\ud800"})",
        R"("description":"\u0000")",
    };
    const auto absent = subscription_in(R"({"id":"sub_1"})").state;
    for (const std::string& fields : rows) {
        CAPTURE(fields);
        CHECK((subscription_in(R"({"id":"sub_1",)" + fields + "}").state == absent));
    }
    const auto item_in = [](const std::string& fields) {
        const auto state =
            subscription_in(R"({"id":"sub_1","items":{"data":[{)" + fields + "}]}}").state;
        REQUIRE(state.items.size() == 1);
        return state.items.front();
    };
    const std::string items[] = {
        R"("quantity":"2")",
        R"("price":7)",
        R"("price":{"id":"price_\u0000","lookup_key":null})",
        R"("price":{"id":")" + longest + "\"}",
        R"("price":{"lookup_key":")" + longest + "\"}",
        R"("price":{"lookup_key":"pro\udc00"})",
        R"("price":{"lookup_key":7,"product":"prod_\ud800"})",
    };
    for (const std::string& fields : items) {
        CAPTURE(fields);
        CHECK((item_in(fields) == subscription_item{}));
    }
    CHECK(
        *item_in(R"("price":{"id":"p","lookup_key":")" + longest.substr(1) + "\"}").lookup_key ==
        longest.substr(1)
    );
    for (const char* const customer : {"7", "{}", "[]", R"("cus_\u0000")"}) {
        CAPTURE(customer);
        const auto object = R"({"id":"sub_1","customer":)" + std::string(customer) + "}";
        CHECK(outcome_of(event_body("customer.subscription.updated", object)) == "bad_id");
    }
    const std::string long_id = R"({"id":"sub_1","customer":")" + std::string(256, 'c') + R"("})";
    CHECK(outcome_of(event_body("customer.subscription.updated", long_id)) == "id_too_long");
}

TEST_CASE("subscription: previous attributes become what was replaced") {
    const auto none = subscription_in(single());
    CHECK(none.replaced == subscription_replaced{});
    const auto renewal = subscription_in(
        single(),
        R"({"status":"trialing","current_period_start":10,"current_period_end":20,)"
        R"("latest_invoice":"in_1","trial_end":null,"cancel_at":30,"cancel_at_period_end":true,)"
        R"("default_payment_method":null,"metadata":{"seats":"3"}})"
    );
    subscription_replaced replaced;
    replaced.status = "trialing";
    replaced.period_start = at(10);
    replaced.period_end = at(20);
    replaced.latest_invoice = invoice_id("in_1");
    replaced.trial_end.emplace();
    replaced.cancel_at = at(30);
    replaced.cancel_at_period_end = true;
    CHECK(renewal.replaced == replaced);
}

TEST_CASE("subscription: a replaced organization is told key by key") {
    const auto of = [](std::string_view previous) {
        return subscription_in(single(), previous).replaced.organization;
    };
    CHECK_FALSE(of(R"({"status":"active"})").has_value());
    CHECK_FALSE(of(R"({"metadata":{"other":"x"}})").has_value());
    CHECK_FALSE(of(R"({"metadata":[]})").has_value());
    REQUIRE(of(R"({"metadata":{"organization_id":null}})").has_value());
    CHECK_FALSE(of(R"({"metadata":{"organization_id":null}})")->has_value());
    CHECK_FALSE(of(R"({"metadata":null})").value_or(organization_id("x")).has_value());
    CHECK(
        of(R"({"metadata":{"organization_id":"org_0"}})") ==
        std::optional(std::optional(organization_id("org_0")))
    );
}

TEST_CASE("subscription: replaced items are whole arrays or one legacy plan and quantity") {
    const struct {
        std::string name;
        std::string previous;
        std::optional<std::string> replaced;
    } rows[] = {
        {"the whole array",
         R"({"items":{"data":[{"quantity":1,"price":{"id":"p0"}},{"price":{"id":"p1"}}]}})", "p0 x1, p1" },
        {"items without data",         R"({"items":{"has_more":true}})",                     std::nullopt},
        {"a legacy plan",              R"({"plan":{"id":"p0"}})",                            "p0 x3"     },
        {"a legacy quantity",          R"({"quantity":1})",                                  "price_b x1"},
        {"both",                       R"({"plan":{"id":"p0"},"quantity":1})",               "p0 x1"     },
        {"no quantity before",         R"({"quantity":null})",                               "price_b"   },
        {"items before a legacy plan",
         R"({"plan":{"id":"x"},"items":{"data":[{"price":{"id":"p0"}}]}})",                  "p0"        },
        {"a plan that kept its id",    R"({"plan":{"name":"Gold"}})",                        std::nullopt},
        {"a plan of null",             R"({"plan":null})",                                   std::nullopt},
        {"an unreadable quantity",     R"({"quantity":"1"})",                                std::nullopt},
        {"unreadable items",           R"({"items":{"data":["x"]}})",                        std::nullopt},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto replaced = subscription_in(single(), row.previous).replaced.items;
        CHECK((replaced ? std::optional(told(*replaced)) : std::nullopt) == row.replaced);
    }
    const std::string two = R"({"id":"sub_1","items":{"data":[{"price":"p1"},{"price":"p2"}]}})";
    CHECK_FALSE(subscription_in(two, R"({"plan":{"id":"p0"}})").replaced.items.has_value());
    const auto quantity_only = subscription_in(single(), R"({"quantity":1})").replaced.items;
    REQUIRE(quantity_only.has_value());
    CHECK(quantity_only->front().lookup_key == "basic_monthly");
}

TEST_CASE("subscription: a replaced reference is told by its id alone") {
    const auto of = [](std::string_view previous) {
        return subscription_in(single(), previous).replaced.latest_invoice;
    };
    using replaced = std::optional<std::optional<invoice_id>>;
    CHECK(of(R"({"latest_invoice":"in_0"})") == replaced(invoice_id("in_0")));
    CHECK(of(R"({"latest_invoice":{"id":"in_0"}})") == replaced(invoice_id("in_0")));
    CHECK(of(R"({"latest_invoice":{"status":"draft"}})") == replaced());
    CHECK(of(R"({"latest_invoice":null})") == replaced(std::in_place, std::nullopt));
}

TEST_CASE("subscription: why it is paused is told by the newest versions alone") {
    const auto word_in = [](const std::string& details) {
        return subscription_in(single(details)).state.paused_for;
    };
    CHECK(
        word_in(R"("status_details":{"paused":{"subscription":{"type":"first_payment_failure"},)"
                R"("transitioned_at":1790000000}},)") == pause_type("first_payment_failure")
    );
    for (const char* const nothing :
         {"",
          R"("status_details":null,)",
          R"("status_details":{"paused":null},)",
          R"("status_details":{"paused":{"subscription":null}},)",
          R"("status_details":{"paused":{"subscription":{"type":""}}},)",
          R"("status_details":{"paused":{"subscription":{"type":7}}},)"}) {
        CAPTURE(nothing);
        CHECK(word_in(nothing) == std::nullopt);
    }
    CHECK(
        word_in(
            R"("status_details":{"paused":{"subscription":{"type":")" + std::string(256, 'x') +
            R"("}}},)"
        ) == std::nullopt
    );
}

TEST_CASE("subscription: a change that is kept aside is told with its end") {
    const auto fact = subscription_in(
        single(R"("pending_update":{"expires_at":1790000000,"subscription_items":[]},)"),
        R"({"pending_update":null})"
    );
    CHECK(fact.state.pending_update_until == at(1790000000));
    CHECK(fact.replaced.pending_update_until == std::make_optional(std::optional<instant>()));
    const auto gone = subscription_in(single(), R"({"pending_update":{"expires_at":1790000000}})");
    CHECK(gone.state.pending_update_until == std::nullopt);
    CHECK(gone.replaced.pending_update_until == std::make_optional(std::optional(at(1790000000))));
    // Without an end that can be read it is one all the same.
    CHECK(subscription_in(single(R"("pending_update":{},)")).state.pending_update_until.has_value()
    );
}

TEST_CASE("subscription: which versions tell why it is paused") {
    CHECK(tells_why_paused("2026-09-30.endive"));
    CHECK(tells_why_paused("2026-10-28.endive"));
    CHECK(tells_why_paused("2027-03-31.flora"));
    CHECK_FALSE(tells_why_paused("2026-08-26.dahlia"));
    CHECK_FALSE(tells_why_paused("2018-02-28"));
    CHECK_FALSE(tells_why_paused(""));
}

namespace {

// What an item's price says beside its id.
std::string terms_of(const std::string& item) {
    const auto fact = subscription_in(
        R"({"id":"sub_1","object":"subscription","status":"active","currency":"eur",)"
        R"("items":{"data":[)" +
        item + "]}}"
    );
    const auto& one = fact.state.items.front();
    return one.interval.value_or("-") + " " +
           (one.interval_count ? std::to_string(*one.interval_count) : "-") + " " +
           one.currency.value_or("-") + " " + one.unit_amount.value_or("-");
}

}  // namespace

TEST_CASE("subscription: what a price costs and how often in each shape that it has had") {
    const struct {
        const char* name;
        const char* item;
        const char* expected;
    } rows[] = {
        {"a price",
         R"({"price":{"id":"p","currency":"usd","unit_amount":2000,"unit_amount_decimal":"2000",
            "recurring":{"interval":"month","interval_count":3,"usage_type":"licensed"}}})",      "month 3 usd 2000"},
        {"less than a minor unit",
         R"({"price":{"id":"p","currency":"usd","unit_amount":null,"unit_amount_decimal":"0.5",
            "recurring":{"interval":"year","interval_count":1}}})",       "year 1 usd 0.5"  },
        {"a legacy plan",
         R"({"plan":{"id":"p","currency":"jpy","amount":980,"interval":"month","interval_count":1}})",
         "month 1 jpy 980"                                                                                               },
        {"a legacy plan of less than a minor unit",
         R"({"plan":{"id":"p","currency":"usd","amount":null,"amount_decimal":"12.75",
            "interval":"week","interval_count":2}})",                "week 2 usd 12.75"},
        {"tiers",
         R"({"price":{"id":"p","currency":"usd","billing_scheme":"tiered","unit_amount":null,
            "unit_amount_decimal":null,"recurring":{"interval":"month","interval_count":1}}})",         "month 1 usd -"   },
        {"packages",
         R"({"price":{"id":"p","currency":"usd","unit_amount":500,
            "transform_quantity":{"divide_by":10,"round":"up"},"recurring":{"interval":"month"}}})",                                    "month - usd -"   },
        {"by use",
         R"({"price":{"id":"p","currency":"usd","unit_amount":2,
            "recurring":{"interval":"month","interval_count":1,"usage_type":"metered"}}})",                                      "month 1 usd -"   },
        {"a legacy plan by use",
         R"({"plan":{"id":"p","currency":"usd","amount":2,"interval":"month","interval_count":1,
            "usage_type":"metered"}})",      "month 1 usd -"   },
        {"what cannot be read is absent",
         R"({"price":{"id":"p","currency":7,"unit_amount":"many","unit_amount_decimal":"1e9",
            "recurring":{"interval":{},"interval_count":"one"}}})",         "- - - -"         },
        {"a price's id alone",                      R"({"price":"p"})",                                "- - - -"         },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(terms_of(row.item) == row.expected);
    }
    CHECK(subscription_in(R"({"id":"sub_1","currency":"eur"})").state.currency == "eur");
    CHECK(!subscription_in(R"({"id":"sub_1"})").state.currency);
}

TEST_CASE("subscription: a plan that was replaced keeps nothing of the price that came") {
    const auto fact = subscription_in(
        R"({"id":"sub_1","status":"active","items":{"data":[{"quantity":2,"price":)"
        R"({"id":"p_new","currency":"usd","unit_amount":9,"recurring":{"interval":"year"}}}]}})",
        R"({"plan":{"id":"p_old","currency":"usd","amount":5,"interval":"month"}})"
    );
    REQUIRE(fact.replaced.items);
    const auto& was = fact.replaced.items->front();
    CHECK(told(*fact.replaced.items) == "p_old x2");
    CHECK(was.unit_amount == "5");
    CHECK(was.interval == "month");
}

}  // namespace billhook::stripe
