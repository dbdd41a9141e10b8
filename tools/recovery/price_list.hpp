#pragma once

#include "schemas/io/stripe_api/client.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace billhook {

// A recurring price of Stripe's account.
struct account_price {
    std::string id;
    std::string product;
    std::string product_name;  // empty: Stripe did not show it
    std::string lookup_key;    // empty: none
    std::string currency;
    std::optional<std::int64_t> amount;  // minor units a period; empty: tiers, or decimals
    std::string interval;                // "month"
    std::int64_t interval_count = 1;
    bool active = true;  // it may still be sold

    friend bool operator==(const account_price&, const account_price&) = default;
};

// All of them, sold or not, by product and amount. Blocks; throws stripe::failure.
[[nodiscard]] std::vector<account_price> read_prices(stripe::client& from);

// "1900 usd each month", in minor units.
[[nodiscard]] std::string price_words(const account_price& what);

// A plans.toml by which each price is known: a plan for each product, the dearest last, named by
// its product and without features. A draft for somebody to order, name and fill. `prices` is not
// empty.
[[nodiscard]] std::string proposed_plans(std::span<const account_price> prices);

}  // namespace billhook
