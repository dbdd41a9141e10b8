#pragma once

#include "tools/simulator/objects.hpp"
#include "tools/simulator/schedule.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>

// What Billhook must show of a subscription's price and dates, from the simulator's own objects.
namespace billhook::simulator {

struct terms {
    std::optional<std::string> interval{};
    std::optional<std::int64_t> interval_count{};
    std::optional<std::string> currency{};
    std::optional<std::int64_t> amount{};
    std::optional<instant> renews_at{};
    std::optional<instant> cancels_at{};
    std::optional<instant> trial_ends_at{};

    friend bool operator==(const terms&, const terms&) = default;
};

// Of a subscription that is not over; `under`: the schedule that moves it (null: none).
[[nodiscard]] terms terms_of(const subscription& what, const schedule* under);
// When that schedule cancels it, unless it has gone on since.
[[nodiscard]] std::optional<instant> end_under(const subscription& what, const schedule* under);

// Adds the columns of billing.organization_access.
void add_terms(boost::json::object& to, const terms& of);
// ", 5800 usd each month, renews 2026-03-01T00:00:00Z"
[[nodiscard]] std::string to_words(const terms& of);

}  // namespace billhook::simulator
