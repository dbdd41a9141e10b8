#include "worker/domain/renewal.hpp"

#include "schemas/types/money.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace billhook {

namespace {

using items = std::vector<stripe::subscription_item>;

// What `of` is of all of them, if they agree.
template <class Member>
auto common(const items& all, Member of) {
    const auto differs = [&](const auto& each) { return each.*of != all.front().*of; };
    return all.empty() || std::ranges::any_of(all, differs) ? std::nullopt : all.front().*of;
}

std::optional<std::int64_t> amount_of(
    const items& all,
    const std::optional<std::string>& currency
) {
    std::int64_t sum = 0;
    for (const auto& item : all) {
        if (!item.unit_amount || !item.quantity || item.currency != currency) {
            return std::nullopt;
        }
        const auto amount = times(*item.unit_amount, *item.quantity);
        if (!amount || __builtin_add_overflow(sum, *amount, &sum)) {
            return std::nullopt;
        }
    }
    return all.empty() ? std::nullopt : std::optional(sum);
}

bool goes_on_after(const stripe::subscription_state& state, instant end) {
    const auto later = [&](const std::optional<instant>& start) { return start && end <= *start; };
    return later(state.period_start) ||
           std::ranges::any_of(state.items, later, &stripe::subscription_item::period_start);
}

std::optional<instant> scheduled_end(
    const stripe::subscription_state& state,
    std::span<const stripe::schedule_fact> schedules
) {
    const stripe::schedule_fact* last = nullptr;
    for (const auto& each : schedules) {
        if (!each.over && (last == nullptr || std::tie(last->event_created, last->id) <
                                                  std::tie(each.event_created, each.id))) {
            last = &each;
        }
    }
    const bool ends = last != nullptr && last->ends_at && !goes_on_after(state, *last->ends_at);
    return ends ? last->ends_at : std::nullopt;
}

}  // namespace

std::optional<instant> period_end(const stripe::subscription_state& state) {
    std::optional<instant> earliest;
    for (const auto& item : state.items) {
        if (item.period_end && (!earliest || *item.period_end < *earliest)) {
            earliest = item.period_end;
        }
    }
    return earliest ? earliest : state.period_end;
}

std::optional<instant> end_of(
    const stripe::subscription_state& state,
    bool runs,
    std::span<const stripe::schedule_fact> schedules
) {
    if (state.cancel_at) {
        return state.cancel_at;
    }
    return runs && state.cancel_at_period_end ? period_end(state) : scheduled_end(state, schedules);
}

renewal_terms renewal_of(
    const stripe::subscription_state& state,
    bool runs,
    const std::optional<instant>& ends
) {
    const auto end = period_end(state);
    auto due = state.items;
    std::erase_if(due, [&](const auto& item) { return item.period_end && item.period_end != end; });
    renewal_terms terms;
    terms.interval = common(due, &stripe::subscription_item::interval);
    terms.interval_count = common(due, &stripe::subscription_item::interval_count);
    if (!terms.interval || !terms.interval_count) {
        terms.interval.reset();
        terms.interval_count.reset();
    }
    terms.currency =
        state.currency ? state.currency : common(due, &stripe::subscription_item::currency);
    terms.amount = amount_of(due, terms.currency);
    terms.cancels_at = ends;
    if (runs && end && (!terms.cancels_at || *end < *terms.cancels_at)) {
        terms.renews_at = end;
    }
    if (state.status == "trialing") {
        terms.trial_ends_at = state.trial_end;
    }
    return terms;
}

}  // namespace billhook
