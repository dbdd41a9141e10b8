#include "ingest/api/calls/cards.hpp"

#include "schemas/json/reader.hpp"

#include <doctest/doctest.h>

namespace billhook::api {

TEST_CASE("cards: the younger one is the customer's default") {
    struct row {
        const char* of_subscription;
        std::int64_t created;
        std::optional<shown_card> of_customer;
        bool becomes;
    };
    const row rows[] = {
        {"pm_1", 5, {},                    true },
        {"pm_1", 5, shown_card{"pm_1", 5}, false},
        {"pm_1", 5, shown_card{"pm_2", 6}, false},
        {"pm_1", 5, shown_card{"pm_2", 5}, true },
        {"pm_1", 5, shown_card{"pm_2", 4}, true },
    };
    for (const row& each : rows) {
        CAPTURE(each.of_customer.has_value());
        CHECK(
            becomes_default({each.of_subscription, each.created}, each.of_customer) == each.becomes
        );
    }
}

TEST_CASE("cards: read only where they were expanded") {
    const auto read = json::read(R"({"none":null,"id":"pm_1","card":{"id":"pm_1","created":7}})");
    REQUIRE(read.has_value());
    CHECK_FALSE(card_from(read->root().find("none")).has_value());
    CHECK_FALSE(card_from(read->root().find("id")).has_value());
    CHECK_FALSE(card_from(read->root().find("missing")).has_value());
    CHECK(card_from(read->root().find("card")) == shown_card{"pm_1", 7});
}

}  // namespace billhook::api
