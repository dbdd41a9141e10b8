#include "worker/domain/features.hpp"

#include <algorithm>

namespace billhook {

namespace {

feature_value off(const feature_value& value) {
    return std::holds_alternative<bool>(value) ? feature_value{false}
                                               : feature_value{std::int64_t{0}};
}

bool allows(const feature_value& value) {
    const auto* limit = std::get_if<std::int64_t>(&value);
    return limit != nullptr ? *limit != 0 : std::get<bool>(value);
}

feature_value lesser(const feature_value& a, const feature_value& b) {
    const auto* x = std::get_if<std::int64_t>(&a);
    const auto* y = std::get_if<std::int64_t>(&b);
    if (x != nullptr && y != nullptr) {
        if (*x < 0 || *y < 0) {
            return std::max(*x, *y);
        }
        return std::min(*x, *y);
    }
    // A switch beside a limit, or two switches: what is off in either is off.
    return allows(a) && allows(b) ? a : off(a);
}

}  // namespace

void add_features(feature_map& to, const feature_map& addon, std::int64_t times) {
    if (times <= 0) {
        return;
    }
    for (const auto& [name, value] : addon) {
        const auto [at, first] = to.emplace(name, off(value));
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            if (auto* had = std::get_if<std::int64_t>(&at->second)) {
                *had = limit_with(*had, *number, times);
            }
        } else if (auto* had = std::get_if<bool>(&at->second)) {
            *had = *had || std::get<bool>(value);
        }
    }
}

void raise_features(feature_map& to, const feature_map& by) {
    for (const auto& [name, value] : by) {
        auto& had = to.emplace(name, off(value)).first->second;
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            if (auto* limit = std::get_if<std::int64_t>(&had)) {
                *limit = *limit < 0 || *number < 0 ? std::min(*limit, *number)
                                                   : std::max(*limit, *number);
            }
        } else if (auto* truth = std::get_if<bool>(&had)) {
            *truth = *truth || std::get<bool>(value);
        }
    }
}

feature_map granted(const feature_map& plan, const feature_map& restricted, access_level access) {
    auto features = plan;
    for (auto& [name, value] : features) {
        if (access == access_level::none) {
            value = off(value);
        } else if (const auto less = restricted.find(name);
                   access == access_level::restricted && less != restricted.end()) {
            value = lesser(value, less->second);
        }
    }
    return features;
}

}  // namespace billhook
