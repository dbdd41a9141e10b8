#include "ingest/api/service/living.hpp"

#include "ingest/api/calls/confirmation.hpp"

#include <utility>

namespace billhook::api {

std::optional<living_subscription> living_of(const at_work& at, bool or_incomplete) {
    const auto customers = at.state.customers(at.organization());
    if (!customers.living) {
        return std::nullopt;
    }
    std::optional<std::string> id;
    bool is_paid = false;
    for (const auto& each : subscriptions_of(at, *customers.living)) {
        const bool waits = each.status == "incomplete";
        if (each.lives() && (waits ? or_incomplete && !id : !is_paid)) {
            id = each.id;
            is_paid = !waits;
        }
    }
    if (!id) {
        return std::nullopt;
    }
    stripe::request one{.path = subscription_path(*id)};
    for (auto& each : expansions_for(stripe::asked_api_version)) {
        one.query.emplace_back("expand[]", std::move(each));
    }
    auto told = at.get(one);
    auto is = subscribed_from(told.body.root(), at.with.plans);
    if (!is) {
        throw stripe::failure("a subscription came without items", true);
    }
    return living_subscription{std::move(told), *std::move(is)};
}

result<sold_price, http::problem> changed_price(
    const at_work& at,
    const living_subscription& from,
    const planned_change& change
) {
    if (change.keeps_price) {
        return from.is.sold().price;
    }
    return price_at_stripe(at, change.to, from.is.sold().price.currency);
}

}  // namespace billhook::api
