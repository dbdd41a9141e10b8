#pragma once

#include "ingest/http/problem.hpp"
#include "schemas/json/value.hpp"
#include "schemas/plans/catalogue.hpp"
#include "schemas/types/result.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What somebody wants to buy, and the price at Stripe by which it is sold. Pure.
namespace billhook::api {

enum class order_interval : std::uint8_t { month, year };
[[nodiscard]] std::string_view to_word(order_interval what);

// One price, many or few of it.
struct order {
    std::string plan;  // a key of the catalogue
    order_interval interval = order_interval::month;
    std::int64_t quantity = 1;  // seats
    bool trial = false;         // wants the trial at Stripe

    friend bool operator==(const order&, const order&) = default;
};
inline constexpr std::int64_t most_seats = 999'999;  // as many as Stripe sells of one item

// A body that is a JSON object of these members alone; malformed_body. None at all is `{}`.
[[nodiscard]] result<json::document, http::problem> read_body(
    std::string_view body,
    std::initializer_list<std::string_view> members
);

// {"plan":"pro","interval":"month","quantity":3,"trial":true}: quantity and trial may be left out.
// malformed_body for another type or number; unknown_plan.
[[nodiscard]] result<order, http::problem> order_from(
    const json::value& body,
    const catalogue& plans
);

// A price as Stripe shows it.
struct sold_price {
    std::string id;
    std::string product;
    std::string lookup_key;  // empty: none
    std::string currency;
    std::string interval;  // Stripe's word; empty: not recurring
    std::int64_t interval_count = 0;
    std::optional<std::int64_t> amount_minor;  // of one; nothing: in tiers
    bool active = false;
    bool licensed = true;  // by quantity, not by use

    friend bool operator==(const sold_price&, const sold_price&) = default;
};
// Nothing if it has no id.
[[nodiscard]] std::optional<sold_price> sold_price_from(const json::value& shown);

// The one among them that sells the order: active, of one interval, of the plan as the fold would
// say (id before lookup key before product), in the currency if one is given. price_unavailable if
// there is none, or several; other_currency if the plan is sold, but in others.
[[nodiscard]] result<sold_price, http::problem> price_for(
    const order& wanted,
    std::span<const sold_price> shown,
    const catalogue& plans,
    const std::optional<std::string>& currency
);

// What Stripe shows of one plan's prices: by lookup key, by id, by product. The first list that has
// the price of an order decides.
using shown_prices = std::array<std::vector<sold_price>, 3>;

struct list_price {
    order_interval interval = order_interval::month;
    std::string currency;
    std::optional<std::int64_t> amount_minor;  // nothing: in tiers
    bool per_seat = true;                      // so much for each of the quantity

    friend bool operator==(const list_price&, const list_price&) = default;
};
// What an order of the plan would cost, by the month and by the year; without what nobody can
// order.
[[nodiscard]] std::vector<list_price> list_prices(
    const plan& of,
    const shown_prices& shown,
    const catalogue& plans,
    const std::optional<std::string>& currency
);

}  // namespace billhook::api
