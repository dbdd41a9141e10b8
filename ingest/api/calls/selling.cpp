#include "ingest/api/calls/selling.hpp"

#include <algorithm>

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

std::string word_of(const json::value& of) {
    return std::string(of.as_string().value_or(""));
}

// A trial that waits for a card is asked for again by whoever asks for the same seats.
bool is_ordered_again(const owned_subscription& by, const order& wanted, const std::string& price) {
    const bool waits = by.awaits_card || (by.status == "incomplete" && !wanted.trial);
    return waits && by.price == price && by.quantity == wanted.quantity;
}

}  // namespace

bool owned_subscription::lives() const {
    return status != "canceled" && status != "incomplete_expired";
}

owned_subscription owned_from(const json::value& shown) {
    owned_subscription found{
        .id = word_of(shown.find("id")),
        .status = word_of(shown.find("status")),
        .had_trial = !shown.find("trial_end").is_nothing(),
        .price = {},
        .awaits_card = !shown.find("pending_setup_intent").is_nothing()};
    for (const json::value item : shown.find("items").find("data").items()) {
        found.price = word_of(item.find("price").find("id"));
        found.quantity = item.find("quantity").as_int64().value_or(1);
        break;
    }
    return found;
}

std::vector<owned_subscription> with_shown(
    std::vector<owned_subscription> known,
    std::span<const owned_subscription> shown
) {
    for (const owned_subscription& each : shown) {
        const auto same = std::find_if(known.begin(), known.end(), [&](const auto& other) {
            return other.id == each.id;
        });
        if (same == known.end()) {
            known.push_back(each);
        } else {
            const bool had_trial = same->had_trial || each.had_trial;
            *same = each;
            same->had_trial = had_trial;
        }
    }
    return known;
}

sale sale_of(
    const order& wanted,
    const std::string& price,
    std::span<const owned_subscription> owned,
    std::chrono::seconds trial
) {
    sale decided;
    bool had_trial = false;
    bool pays = false;
    for (const owned_subscription& each : owned) {
        had_trial = had_trial || each.had_trial;
        if (!each.lives()) {
            continue;
        }
        if (is_ordered_again(each, wanted, price)) {
            decided.same = each.id;
        } else if (each.status == "incomplete") {
            decided.abandoned.push_back(each.id);
        } else {
            pays = true;
        }
    }
    if (pays) {
        decided.same.reset();
        decided.refused = problem{problem_code::already_subscribed};
    } else if (wanted.trial && !decided.same && (had_trial || trial_days(trial) == 0)) {
        decided.refused = problem{problem_code::trial_unavailable};
    }
    if (decided.refused) {
        decided.abandoned.clear();
    }
    return decided;
}

std::int64_t trial_days(std::chrono::seconds trial) {
    return std::chrono::floor<std::chrono::days>(trial).count();
}

}  // namespace billhook::api
