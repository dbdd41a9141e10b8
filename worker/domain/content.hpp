#pragma once

#include "schemas/stripe/facts.hpp"

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

// What a fact says of its object, in the one form in which facts are compared to put them in order,
// whichever version of Stripe's API told them. The same events in another version's bodies have the
// same order.
namespace billhook {

// Of a subscription an item has price, quantity and period. Before 2025-03-31.basil the period
// stood at the subscription
// (https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end);
// all else of an item follows from the price, and a legacy `plan` has no product. Left out is why
// it is paused, which follows from the pause and versions before 2026-09-30.endive do not tell, and
// the currency, which never changes and old versions do not tell; and of what waits for a payment
// all but its end.
template <class Fact>
struct content {
    const Fact* fact = nullptr;  // as it was told; not owned
    decltype(Fact::state) now;
    decltype(Fact::replaced) replaced;  // a period as part of all items, as they were
    decltype(Fact::state) before;       // `now` with what was replaced put back
};

[[nodiscard]] content<stripe::subscription_fact> content_of(const stripe::subscription_fact& fact);
[[nodiscard]] content<stripe::invoice_fact> content_of(const stripe::invoice_fact& fact);
[[nodiscard]] content<stripe::customer_fact> content_of(const stripe::customer_fact& fact);

// Calls each(i) for the place of every member, as a compile-time constant, while it says true.
template <class State, class Each>
bool all_of_members(const Each& each) {
    return []<std::size_t... I>(const Each& one, std::index_sequence<I...>) {
        return (one(std::integral_constant<std::size_t, I>{}) && ...);
    }(each, std::make_index_sequence<std::tuple_size_v<decltype(State{}.members())>>{});
}

}  // namespace billhook
