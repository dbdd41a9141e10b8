#include "ingest/api/calls/confirmation.hpp"

#include "schemas/json/reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::api {

TEST_CASE("confirmation: what a page does in every shape of the API") {
    struct row {
        const char* name;
        const char* subscription;
        confirmation_kind kind;
        const char* secret;
    };
    constexpr auto none = confirmation_kind::none;
    constexpr auto payment = confirmation_kind::payment;
    constexpr auto setup = confirmation_kind::setup;
    const row rows[] = {
        {"until basil",
         R"({"latest_invoice":{"id":"in_1","status":"open","payment_intent":{"id":"pi_1","client_secret":"p"}},
             "pending_setup_intent":null})",
         payment,                                                                                                         "p"},
        {"since basil",
         R"({"latest_invoice":{"id":"in_1","status":"open","confirmation_secret":{"type":"payment_intent",
             "client_secret":"p"}},"pending_setup_intent":null})",
         payment,                                                                                                         "p"},
        {"a payment before a setup",
         R"({"latest_invoice":{"status":"open","confirmation_secret":{"client_secret":"p"}},
             "pending_setup_intent":{"client_secret":"s"}})",                    payment,
         "p"                                                                                                                 },
        {"a trial",
         R"({"latest_invoice":{"status":"paid","confirmation_secret":null},
             "pending_setup_intent":{"id":"seti_1","client_secret":"s"}})",                                     setup,
         "s"                                                                                                                 },
        {"paid already",
         R"({"latest_invoice":{"status":"paid","payment_intent":{"client_secret":"p"}},
             "pending_setup_intent":null})",                         none,
         ""                                                                                                                  },
        {"void",
         R"({"latest_invoice":{"status":"void","confirmation_secret":{"client_secret":"p"}}})",                  none,
         ""                                                                                                                  },
        {"by balance",               R"({"latest_invoice":{"status":"paid"}})",                                  none,    "" },
        {"a bill by hand",
         R"({"latest_invoice":{"status":"open","confirmation_secret":null}})",                                   none,
         ""                                                                                                                  },
        {"not expanded",             R"({"latest_invoice":"in_1","pending_setup_intent":"seti_1"})",             none,    "" },
        {"no invoice",               R"({"latest_invoice":null})",                                               none,    "" },
        {"other types",
         R"({"latest_invoice":{"status":1,"confirmation_secret":"p"},"pending_setup_intent":[]})",               none,
         ""                                                                                                                  },
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        const auto read = json::read(each.subscription);
        REQUIRE(read.has_value());
        CHECK(confirmation_of(read->root()) == confirmation{each.kind, secret{each.secret}});
    }
}

TEST_CASE("confirmation: never asks for what the version lacks") {
    struct row {
        const char* version;
        const char* first;
    };
    const row rows[] = {
        {"2020-08-27",        "latest_invoice.payment_intent"     },
        {"2025-02-24.acacia", "latest_invoice.payment_intent"     },
        {"2025-03-31.basil",  "latest_invoice.confirmation_secret"},
        {"2026-03-25.dahlia", "latest_invoice.confirmation_secret"},
        {"2026-09-30.endive", "latest_invoice.confirmation_secret"},
    };
    for (const row& each : rows) {
        CAPTURE(each.version);
        const auto expanded = expansions_for(each.version);
        REQUIRE(expanded.size() == 2);
        CHECK(expanded[0] == each.first);
        CHECK(expanded[1] == "pending_setup_intent");
    }
}

TEST_CASE("confirmation: what is published holds no secret") {
    const auto read = json::read(
        R"({"id":"sub_1","latest_invoice":{"id":"in_1","confirmation_secret":{"client_secret":"p"}},)"
        R"("items":{"data":[1.50]},"pending_setup_intent":{"id":"seti_1","client_secret":"s"},"x":null})"
    );
    CHECK(
        without_expansions(read->root()) ==
        R"({"id":"sub_1","latest_invoice":"in_1","items":{"data":[1.50]},)"
        R"("pending_setup_intent":"seti_1","x":null})"
    );
    const auto plain = json::read(R"({"latest_invoice":"in_1","pending_setup_intent":null})");
    CHECK(
        without_expansions(plain->root()) ==
        R"({"latest_invoice":"in_1","pending_setup_intent":null})"
    );
}

}  // namespace billhook::api
