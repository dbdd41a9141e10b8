#pragma once

#include "ingest/api/calls/change.hpp"
#include "ingest/api/service/at_stripe.hpp"

#include <optional>

// What the calls that change a subscription begin with.
namespace billhook::api {

// The organization's living subscription as Stripe shows it now, its secret expanded.
struct living_subscription {
    stripe::reply told;
    subscribed is;
};
// One that nobody paid yet lives only if it is asked for, and gives way to one that is paid.
[[nodiscard]] std::optional<living_subscription> living_of(
    const at_work& at,
    bool or_incomplete = false
);

// What the change is sold by: the price of now if plan and interval stay, else that of the plan in
// the currency of now.
[[nodiscard]] result<sold_price, http::problem> changed_price(
    const at_work& at,
    const living_subscription& from,
    const planned_change& change
);

}  // namespace billhook::api
