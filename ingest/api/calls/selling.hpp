#pragma once

#include "ingest/api/calls/order.hpp"
#include "ingest/http/problem.hpp"
#include "schemas/json/value.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// May it be sold: one living subscription for an organization, and one trial for ever. Pure.
namespace billhook::api {

// A subscription of the organization.
struct owned_subscription {
    std::string id;
    std::string status;  // Stripe's word
    bool had_trial = false;
    // What Stripe alone shows; empty of one that only the fold knows.
    std::string price;  // of its first item
    std::int64_t quantity = 0;
    bool awaits_card = false;  // its setup is pending

    [[nodiscard]] bool lives() const;
    friend bool operator==(const owned_subscription&, const owned_subscription&) = default;
};
[[nodiscard]] owned_subscription owned_from(const json::value& shown);

// What the fold knows, and over it what Stripe has just shown: Stripe is never late, and the fold
// knows for ever, of all customers that the organization ever had.
[[nodiscard]] std::vector<owned_subscription> with_shown(
    std::vector<owned_subscription> known,
    std::span<const owned_subscription> shown
);

struct sale {
    std::optional<http::problem> refused;
    std::optional<std::string> same;  // what was ordered is there already and waits for its payer
    std::vector<std::string> abandoned;  // incomplete ones of another order: to be ended before
};
// In this order:
// * what lives, is of that price and quantity and waits for its payment or card is given again;
// * what else lives is already_subscribed, but for what is incomplete: that gives way;
// * a trial if there ever was one, or the plans have none, is trial_unavailable.
[[nodiscard]] sale sale_of(
    const order& wanted,
    const std::string& price,
    std::span<const owned_subscription> owned,
    std::chrono::seconds trial
);

// Whole days, as Stripe counts a trial; 0: none.
[[nodiscard]] std::int64_t trial_days(std::chrono::seconds trial);

}  // namespace billhook::api
