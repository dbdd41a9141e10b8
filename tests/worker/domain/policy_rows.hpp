#pragma once

#include "tests/builders/life.hpp"
#include "worker/domain/standings.hpp"

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

// What the policy's tables are made of. One customer, 100 days old, and subscriptions whose paid
// period ends in 20 days, unless a row says otherwise.
namespace billhook {

inline const instant now = builders::day("d1000 00:00");

// "6d23:59", "-3d", "+15m": days and, after them, hours and minutes.
inline std::chrono::minutes span_from(std::string_view text) {
    const int sign = text.front() == '-' ? -1 : 1;
    if (text.front() == '-' || text.front() == '+') {
        text.remove_prefix(1);
    }
    int days = 0;
    int hours = 0;
    int rest = 0;
    const std::string whole{text};
    if (text.ends_with('m')) {
        rest = std::stoi(whole);
    } else {
        const auto day = whole.find('d');
        days = std::stoi(whole);
        if (day + 1 < whole.size()) {
            hours = std::stoi(whole.substr(day + 1, 2));
            rest = std::stoi(whole.substr(day + 4, 2));
        }
    }
    return sign *
           (std::chrono::days{days} + std::chrono::hours{hours} + std::chrono::minutes{rest});
}

inline subscription_row subscription(const std::string& id, const std::string& status) {
    subscription_row row;
    row.id = subscription_id{id};
    row.organization = organization_id{"org_1"};
    row.state.status = status;
    row.state.customer = customer_id{"cus_1"};
    row.state.created = now - std::chrono::days{100};
    stripe::subscription_item item;
    item.lookup_key = "basic_monthly";
    item.period_end = now + std::chrono::days{20};
    row.state.items = {item};
    return row;
}

inline void open_case(organization_facts& facts, const std::string& id, const std::string& age) {
    dunning_case open;
    open.subscription = subscription_id{id};
    open.anchor = now - span_from(age);
    open.last_failure = open.anchor;
    open.members = {"in_1"};
    facts.cases.push_back(open);
}

inline std::string relative(const std::optional<instant>& at) {
    if (!at) {
        return "-";
    }
    const auto all = std::chrono::duration_cast<std::chrono::minutes>(*at - now).count();
    const auto [days, rest] = std::div(all, 24L * 60);
    if (days == 0) {
        return fmt::format("{:+}m", rest);
    }
    return rest == 0 ? fmt::format("{:+}d", days)
                     : fmt::format("{:+}d{:02}:{:02}", days, rest / 60, rest % 60);
}

}  // namespace billhook
