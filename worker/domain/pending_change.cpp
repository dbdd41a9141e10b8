#include "worker/domain/pending_change.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/assert.hpp"
#include "worker/domain/listed_items.hpp"

#include <algorithm>
#include <tuple>

namespace billhook {

namespace {

using items = std::vector<stripe::subscription_item>;

bool same(const items& a, const items& b) {
    return std::ranges::is_permutation(a, b, [](const auto& x, const auto& y) {
        return std::tie(x.price, x.quantity) == std::tie(y.price, y.quantity);
    });
}

// Adds what the present items tell of the prices that stay.
items described(items next, const items& present, std::span<const std::string> seen) {
    for (auto& item : next) {
        const auto known =
            std::ranges::find(present, item.price, &stripe::subscription_item::price);
        if (known == present.end()) {
            continue;
        }
        if (!item.product) {
            item.product = known->product;
        }
        if (!item.lookup_key) {
            const auto at = static_cast<std::size_t>(known - present.begin());
            const bool had = !known->lookup_key && at < seen.size() && !seen[at].empty();
            item.lookup_key = had ? std::optional(seen[at]) : known->lookup_key;
        }
    }
    return next;
}

pending_change told(const items& next, const catalogue& plans) {
    const auto listing = listed(next, {}, plans);
    pending_change change;
    if (listing.plan) {
        change.plan = plans.plans[*listing.plan].key;
        change.quantity = listing.quantity;
    }
    return change;
}

std::optional<instant> time_of(json::value from) {
    const auto text = from.as_string();
    return text ? from_rfc3339(*text) : std::nullopt;
}

}  // namespace

std::optional<pending_change> pending_change_of(
    const stripe::subscription_state& state,
    std::span<const std::string> seen,
    std::span<const stripe::schedule_fact> schedules,
    const catalogue& plans
) {
    if (state.pending_update_until) {
        const auto next = state.pending_items.value_or(items());
        auto change = told(described(next, state.items, seen), plans);
        change.until = state.pending_update_until;
        return change;
    }
    const stripe::schedule_fact* first = nullptr;
    for (const auto& each : schedules) {
        const bool changes = !each.over && each.next_at && !same(each.next_items, state.items);
        if (changes && (first == nullptr ||
                        std::tie(each.next_at, each.id) < std::tie(first->next_at, first->id))) {
            first = &each;
        }
    }
    if (first == nullptr) {
        return std::nullopt;
    }
    auto change = told(described(first->next_items, state.items, seen), plans);
    change.at = first->next_at;
    return change;
}

std::string to_text(const pending_change& change) {
    json::writer out;
    out.begin_object()
        .member("plan", change.plan)
        .member("quantity", change.quantity)
        .member("at", change.at)
        .member("until", change.until);
    return out.end_object().take();
}

void from_text(std::string_view text, pending_change& change) {
    const auto read = json::read(text);
    BILLHOOK_ASSERT(read.has_value() && read->root().is_object());
    const json::value root = read->root();
    const auto plan = root.find("plan").as_string();
    change.plan = plan ? std::optional(std::string(*plan)) : std::nullopt;
    change.quantity = root.find("quantity").as_int64();
    change.at = time_of(root.find("at"));
    change.until = time_of(root.find("until"));
}

}  // namespace billhook
