#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/types/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What an account at Stripe should have so that billhook-api can sell the plans. Pure.
namespace billhook::selling {

// What an operator says of it beside the plans.
struct wish {
    std::vector<std::string> monthly{};  // "pro=7900": plan and amount in the smallest unit
    std::vector<std::string> yearly{};
    std::string currency = "usd";
    std::string endpoint{};    // URL at which billhook-ingest takes webhooks; empty: left alone
    std::string return_url{};  // of the portal; empty: none
};

// By the seat, once in each interval.
struct wanted_price {
    std::string lookup_key;
    std::string interval;  // Stripe's word: month or year
    std::int64_t amount_minor = 0;
    bool given = false;  // by the operator; else what Stripe has stays, whatever it costs

    friend bool operator==(const wanted_price&, const wanted_price&) = default;
};

struct wanted_plan {
    std::string key;
    std::string name;
    std::string product;  // its id, if Stripe has none by a lookup key
    std::vector<wanted_price> prices;

    friend bool operator==(const wanted_plan&, const wanted_plan&) = default;
};

struct wanted_account {
    std::vector<wanted_plan> plans;
    std::string currency;
    std::string endpoint;
    std::string return_url;

    friend bool operator==(const wanted_account&, const wanted_account&) = default;
};

// A plan is sold by its lookup keys: the one that ends with "yearly" or "annual" by the year, if
// the wish has an amount for it; the other one by the month, for 2900, 7900 and 19900 in the order
// of the plans if the wish says nothing. Where several come into question, that one that is the
// plan's key with "_monthly" or "_yearly". A plan without lookup keys is not sold. Else what is
// wrong, a sentence each.
[[nodiscard]] result<wanted_account, std::vector<std::string>> wanted_from(
    const catalogue& plans,
    const wish& told
);

}  // namespace billhook::selling
