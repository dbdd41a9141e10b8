#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/stripe/facts.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// What plans.toml makes of a subscription's items (worker/README.md, "The policy").
namespace billhook {

template <class Fact>
class fact_history;

// Stripe moves a lookup key from a price to its successor; who subscribed before goes on paying the
// old price, which carries none from then on. For each current item that carries no key the last
// that a fact of the subscription showed with its price (in one second that of the greatest event
// id), else "". Empty if there is none at all.
[[nodiscard]] std::vector<std::string> keys_seen(
    std::span<const stripe::subscription_item> current,
    const fact_history<stripe::subscription_fact>& told
);

struct listed_items {
    // Index in the catalogue of the highest plan of an item whose quantity is not 0; where all that
    // match a plan are 0, among them. A metered item has no quantity.
    std::optional<std::size_t> plan;
    // The sum over the items of that plan; empty where none of them has one (metered).
    std::optional<std::int64_t> quantity;
    struct addon_item {
        std::size_t addon = 0;      // index in the catalogue
        std::int64_t quantity = 1;  // 1 for a metered item
    };
    std::vector<addon_item> addons;
    // Prices that are in neither; "" for an item without a price, and where there is no item.
    std::vector<std::string> unlisted;

    [[nodiscard]] bool only_addons() const { return !plan && !addons.empty() && unlisted.empty(); }
};

[[nodiscard]] listed_items listed(
    std::span<const stripe::subscription_item> items,
    std::span<const std::string> seen,  // `keys_seen` of these items
    const catalogue& plans
);

}  // namespace billhook
