#include "worker/domain/listed_items.hpp"

#include "worker/domain/fact_history.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <ranges>

namespace billhook {

namespace {

std::string last_key_of(
    const std::optional<std::string>& price,
    const fact_history<stripe::subscription_fact>& told
) {
    for (const auto& [at, second] : std::views::reverse(told.all())) {
        for (const auto& fact : std::views::reverse(second.facts)) {
            for (const auto& item : std::views::reverse(fact.state.items)) {
                if (item.price == price && item.lookup_key) {
                    return *item.lookup_key;
                }
            }
        }
    }
    return {};
}

// What a body says may be anything; the greatest number is as wrong as any.
void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& more) {
    std::int64_t total = 0;
    if (more && __builtin_add_overflow(sum.value_or(0), *more, &total)) {
        total = std::numeric_limits<std::int64_t>::max();
    }
    sum = more ? total : sum;
}

}  // namespace

std::vector<std::string> keys_seen(
    std::span<const stripe::subscription_item> current,
    const fact_history<stripe::subscription_fact>& told
) {
    std::vector<std::string> seen;
    for (const auto& item : current) {
        const bool asks = item.price && !item.lookup_key;
        seen.push_back(asks ? last_key_of(item.price, told) : std::string());
    }
    const bool any = std::ranges::any_of(seen, [](const auto& key) { return !key.empty(); });
    return any ? seen : std::vector<std::string>();
}

listed_items listed(
    std::span<const stripe::subscription_item> items,
    std::span<const std::string> seen,
    const catalogue& plans
) {
    listed_items all;
    std::optional<std::size_t> of_none;  // the highest plan of which there are 0
    std::map<std::size_t, std::optional<std::int64_t>> quantities;  // by plan
    for (std::size_t each = 0; each < items.size(); ++each) {
        const auto& item = items[each];
        price_reference by{item.price, item.product, item.lookup_key};
        if (!by.lookup_key && each < seen.size() && !seen[each].empty()) {
            by.lookup_key = seen[each];
        }
        const auto at = plans.listing_of(by);
        if (at.plan) {
            auto& highest = item.quantity == 0 ? of_none : all.plan;
            highest = std::max(highest, at.plan);
            add(quantities[*at.plan], item.quantity);
        } else if (at.addon) {
            all.addons.push_back({*at.addon, item.quantity.value_or(1)});
        } else {
            all.unlisted.push_back(item.price.value_or(std::string()));
        }
    }
    if (!all.plan) {
        all.plan = of_none;
    }
    if (all.plan) {
        all.quantity = quantities.at(*all.plan);
    }
    if (items.empty()) {
        all.unlisted.emplace_back();
    }
    return all;
}

}  // namespace billhook
