#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/instant.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

// What a billing page shows of a subscription beside its plan: what it costs, and its dates.
namespace billhook {

// Of the next period, at list prices: without discounts, taxes and prorations.
struct renewal_terms {
    // Stripe's word (day, week, month, year) and how many of them; empty where what is due next has
    // several.
    std::optional<std::string> interval;
    std::optional<std::int64_t> interval_count;
    std::optional<std::string> currency;  // lower-case ISO 4217
    std::optional<std::int64_t> amount;   // minor units; empty where Stripe does not tell
    std::optional<instant> renews_at;     // empty: it will not
    std::optional<instant> cancels_at;    // that is arranged
    std::optional<instant>
        trial_ends_at;  // while it is a trial, Stripe's or the organization's own

    friend bool operator==(const renewal_terms&, const renewal_terms&) = default;
};

// The end of what is paid: of several items' periods the earliest.
[[nodiscard]] std::optional<instant> period_end(const stripe::subscription_state& state);

// When Stripe is to end it, if that is arranged, by date or for the end of the period; of either
// there may be the one without the other
// (https://docs.stripe.com/billing/subscriptions/billing-mode). `runs`: it is neither over nor
// paused nor incomplete; else the period's end means nothing. A schedule that cancels after its
// last phase may have set the date on the subscription
// (https://docs.stripe.com/api/subscription_schedules/release, `preserve_cancel_date`), or not:
// then its own end counts. `schedules` are the subscription's; it has one at a time, so of several
// that are not over the one told last speaks, and none against a period that began after its end.
[[nodiscard]] std::optional<instant> end_of(
    const stripe::subscription_state& state,
    bool runs,
    std::span<const stripe::schedule_fact> schedules
);

// Of a subscription that is not over. Its items may have periods of their own: what is due next are
// those whose period ends first. An amount is told if each of them has a price and a quantity, in
// the currency in which the subscription is paid. `ends`: as `end_of` has it.
[[nodiscard]] renewal_terms renewal_of(
    const stripe::subscription_state& state,
    bool runs,
    const std::optional<instant>& ends
);

}  // namespace billhook
