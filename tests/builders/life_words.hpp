#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/assert.hpp"
#include "schemas/types/words.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// The words of a life's line (life.hpp), and what they set in a subscription. For life.cpp alone.
namespace billhook::builders {

inline constexpr auto t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

inline int number(std::string_view text) {
    int value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    BILLHOOK_ASSERT(error == std::errc{} && stop == text.data() + text.size());
    return value;
}

// "d30", "d13T20:00", "30" or "null".
inline std::optional<instant> moment(std::string_view text) {
    if (text == "null") {
        return std::nullopt;
    }
    if (text.front() == 'd') {
        text.remove_prefix(1);
    }
    const auto clock = text.find('T');
    instant at = instant{t0} + std::chrono::days{number(text.substr(0, clock))};
    if (clock != std::string_view::npos) {
        const auto time = text.substr(clock + 1);
        at += std::chrono::hours{number(time.substr(0, 2))} +
              std::chrono::minutes{number(time.substr(3, 2))};
    }
    return at;
}

template <class Id>
std::optional<Id> identifier(std::string_view text) {
    return text == "null" ? std::nullopt : std::optional{Id{std::string{text}}};
}

inline stripe::subscription_item item(std::string_view plan) {
    stripe::subscription_item one;
    one.price = "price_" + std::string{plan};
    one.product = "prod_" + std::string{plan};
    one.lookup_key = std::string{plan} + "_monthly";
    one.quantity = 1;
    one.interval = "month";
    one.interval_count = 1;
    one.currency = "usd";
    one.unit_amount = plan == "basic" ? "2900" : "9900";
    return one;
}

// Sets one field of a subscription's state, and says what it replaced.
struct subscription_setter {
    stripe::subscription_state& state;
    stripe::subscription_replaced& replaced;

    void items_before() {
        if (!replaced.items) {
            replaced.items = state.items;
        }
    }
    void also(std::string_view what) {
        const auto times = what.find('*');
        auto fresh = item(what.substr(0, times));
        if (times != std::string_view::npos) {
            fresh.quantity = number(what.substr(times + 1));
        }
        std::erase_if(state.items, [&](const auto& each) { return each.price == fresh.price; });
        state.items.push_back(std::move(fresh));
    }
    void operator()(const std::string& field, std::string_view to, bool says) {
        if (field == "status") {
            set(state.status, replaced.status, std::string{to}, says);
        } else if (field == "plan") {
            if (says) {
                items_before();
            }
            auto fresh = item(to);
            if (!state.items.empty()) {
                fresh.period_start = state.items.front().period_start;
                fresh.period_end = state.items.front().period_end;
            }
            state.items = {fresh};
        } else if (field == "period") {
            if (says) {
                items_before();
            }
            const auto dash = to.find('-');
            state.items.front().period_start = moment(to.substr(0, dash));
            state.items.front().period_end = moment(to.substr(dash + 1));
        } else if (field == "quantity") {
            if (says) {
                items_before();
            }
            state.items.front().quantity = number(to);
        } else if (field == "latest") {
            set(state.latest_invoice, replaced.latest_invoice, identifier<invoice_id>(to), says);
        } else if (field == "trial_end") {
            set(state.trial_end, replaced.trial_end, moment(to), says);
        } else if (field == "cancel_at") {
            set(state.cancel_at, replaced.cancel_at, moment(to), says);
        } else if (field == "cancel_at_period_end") {
            set(state.cancel_at_period_end, replaced.cancel_at_period_end, to == "true", says);
        } else if (field == "paused_for") {
            state.paused_for = identifier<stripe::pause_type>(to);
        } else if (field == "pending_until") {
            set(state.pending_update_until, replaced.pending_update_until, moment(to), says);
            state.pending_items.reset();
        } else if (field == "pending") {
            state.pending_items = std::vector{item(to)};
        } else if (field == "org") {
            set(state.organization, replaced.organization, identifier<organization_id>(to), says);
        } else if (field == "customer") {
            set(state.customer, replaced.customer, identifier<customer_id>(to), says);
        } else if (field == "key") {
            if (says) {
                items_before();
            }
            auto& key = state.items.front().lookup_key;
            key = to == "null" ? std::nullopt : std::optional{std::string{to}};
        } else if (field == "also") {
            // One more item, "sms" or "sms*3", in the place of one of that price.
            if (says) {
                items_before();
            }
            also(to);
        } else {
            BILLHOOK_ASSERT(false && "a field of a subscription");
        }
    }
    template <class Value>
    static void set(Value& held, std::optional<Value>& old, Value to, bool says) {
        if (says) {
            old = held;
        }
        held = std::move(to);
    }
};

}  // namespace billhook::builders
