#pragma once

#include "schemas/io/stripe_api/client.hpp"
#include "schemas/json/value.hpp"
#include "schemas/types/result.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

// What an account at Stripe has of all that is sold.
namespace billhook::selling {

struct product_shown {
    std::string id;
    std::string name;
    bool active = false;
    bool ours = false;  // made by `catalogue apply`, as its metadata say; so of all below

    friend bool operator==(const product_shown&, const product_shown&) = default;
};

struct price_shown {
    std::string id;
    std::string product;
    std::string lookup_key;  // empty: none
    std::string currency;
    std::string interval;                      // empty: not recurring
    std::int64_t interval_count = 0;           // how many of them
    std::optional<std::int64_t> amount_minor;  // of one seat; nothing: in tiers
    bool licensed = true;                      // by quantity, not by use
    bool active = false;
    bool ours = false;

    friend bool operator==(const price_shown&, const price_shown&) = default;
};

struct portal_shown {
    std::string id;
    bool active = false;
    std::string made_as;   // what its features were made from: `portal_mark` of steps.hpp
    bool cancels = false;  // the features as they are now
    bool updates = false;
    bool takes_cards = false;
    bool shows_invoices = false;
    bool is_default = false;

    friend bool operator==(const portal_shown&, const portal_shown&) = default;
};

struct endpoint_shown {
    std::string id;
    std::string url;
    std::string api_version;  // empty: the account's
    std::set<std::string> events;
    bool enabled = false;

    friend bool operator==(const endpoint_shown&, const endpoint_shown&) = default;
};

struct account_shown {
    std::vector<product_shown> products;
    std::vector<price_shown> prices;  // active ones
    std::vector<portal_shown> portals;
    std::vector<endpoint_shown> endpoints;

    friend bool operator==(const account_shown&, const account_shown&) = default;
};

// Of all four, as far as billhook has to do with it. Blocks; throws stripe::failure.
[[nodiscard]] result<account_shown, stripe::refusal> read_account(stripe::client& from);

// Takes in what Stripe answered to a write: a product, price, configuration or endpoint, in place
// of what it was before; a lookup key that it has now no other price has. Pure.
void take_in(account_shown& into, const json::value& answer);

}  // namespace billhook::selling
