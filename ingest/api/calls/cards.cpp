#include "ingest/api/calls/cards.hpp"

namespace billhook::api {

std::optional<shown_card> card_from(const json::value& shown) {
    const auto id = shown.find("id").as_string();
    if (!id) {
        return std::nullopt;
    }
    return shown_card{std::string(*id), shown.find("created").as_int64().value_or(0)};
}

bool becomes_default(
    const shown_card& of_subscription,
    const std::optional<shown_card>& of_customer
) {
    // Of the same second: that which is charged until now.
    return !of_customer || (of_customer->id != of_subscription.id &&
                            of_customer->created <= of_subscription.created);
}

}  // namespace billhook::api
