#pragma once

#include "tools/simulator/objects.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

// What a subscription's items come to, and what they lose.
namespace billhook::simulator {

// Of the first item that is billed by its number in the subscription's own cycle: it sets the
// cycle. Requires one, or takes the first item.
[[nodiscard]] inline const price& leading_price(const subscription& of) {
    const auto found = std::ranges::find_if(of.items, [](const subscription_item& item) {
        return !item.price.metered && !item.period_end;
    });
    return found == of.items.end() ? of.items.front().price : found->price;
}

[[nodiscard]] inline std::int64_t due_each_period(const subscription& of) {
    std::int64_t due = 0;
    for (const auto& item : of.items) {
        due += item.price.metered || item.period_end ? 0 : item.price.amount_minor * item.quantity;
    }
    return of.free_coupon ? 0 : due;
}

// Another price has taken the key over.
inline void drop_lookup_key(subscription& of, const std::string& price) {
    for (auto& item : of.items) {
        if (item.price.id == price) {
            item.price.lookup_key.clear();
        }
    }
}

}  // namespace billhook::simulator
