#include "schemas/stripe/routing.hpp"

#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace billhook::stripe {

TEST_CASE("routing: the key is the first id of the order that the body has") {
    const std::string long_id(256, 'c');
    const struct {
        std::string name;
        std::string body;
        std::string key;
    } rows[] = {
        {"the customer",
         event_body("invoice.paid", R"({"id":"in_1","customer":"cus_1","subscription":"sub_1"})"),
         "cus_1"},
        {"an expanded customer",
         event_body("invoice.paid", R"({"id":"in_1","customer":{"id":"cus_1"}})"),
         "cus_1"},
        {"a customer itself",
         event_body("customer.updated", R"({"id":"cus_1","object":"customer"})"),
         "cus_1"},
        {"of an unused type too",
         event_body("charge.failed", R"({"id":"ch_1","customer":"cus_1"})"),
         "cus_1"},
        {"the subscription",
         event_body("invoice.paid", R"({"id":"in_1","subscription":"sub_1"})"),
         "sub_1"},
        {"since basil",
         event_body(
             "invoice.paid", R"({"id":"in_1","parent":{"subscription_details":{"subscription":"sub_1"}}})"
         ), "sub_1"},
        {"a subscription itself",
         event_body(
             "customer.subscription.updated", R"({"id":"sub_1","object":"subscription","customer":null})"
         ), "sub_1"},
        {"the object", event_body("charge.failed", R"({"id":"ch_1","customer":null})"), "ch_1"},
        {"too long a customer",
         event_body("charge.failed", R"({"id":"ch_1","customer":")" + long_id + R"("})"),
         "ch_1"},
        {"the account",
         R"({"id":"evt_1","object":"event","account":"acct_1","data":{"object":{}}})", "acct_1"},
        {"ids are not scoped",
         R"({"id":"evt_1","object":"event","account":"acct_1","data":{"object":{"customer":"cus_1"}}})",
         "cus_1"},
        {"the event", R"({"id":"evt_1","object":"event"})", "evt_1"},
        {"a thin event's object",
         R"({"id":"evt_1","object":"v2.core.event","related_object":{"id":"mtr_1"}})", "mtr_1"},
        {"a thin event",
         R"({"id":"evt_1","object":"v2.core.event","related_object":null})", "evt_1"},
        {"another's envelope", R"({"id":"17e8","account":"506417113029","detail":{}})", "17e8"},
        {"nothing at all",
         "{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},
        {"an array", "[]", "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"},
        {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"no JSON", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(route(row.body).key == row.key);
    }
}

TEST_CASE("routing: id and type are labels only if they fit a header") {
    const std::string longest(255, 'a');
    const struct {
        std::string text;
        std::optional<std::string> label;
    } rows[] = {
        {"\"evt_1\"",            "evt_1"         },
        {"\"evt_1'; DROP--\"",   "evt_1'; DROP--"},
        {"\"" + longest + "\"",  longest         },
        {"\"" + longest + "a\"", std::nullopt    },
        {"\"\"",                 std::nullopt    },
        {"\"a\\nb\"",            std::nullopt    },
        {"\"caf\\u00e9\"",       std::nullopt    },
        {"7",                    std::nullopt    },
        {"null",                 std::nullopt    },
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(route(R"({"id":)" + row.text + "}").event_id == row.label);
        CHECK(route(R"({"type":)" + row.text + "}").event_type == row.label);
    }
    CHECK_FALSE(route(R"({"id":"evt_1","id":"evt_1"})").event_id.has_value());
}

}  // namespace billhook::stripe
