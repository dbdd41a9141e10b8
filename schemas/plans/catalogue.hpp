#pragma once

#include "schemas/plans/policy.hpp"
#include "schemas/types/ids.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// One `[plans.KEY]`. Plans rise in file order: a later one is higher.
struct plan {
    std::string key;
    std::string name;
    std::set<std::string> lookup_keys;
    std::set<std::string> prices;  // price ids or legacy plan ids
    std::set<std::string> products;
    feature_map features;
    dunning_policy dunning;  // the common ones with the plan's overrides
    pause_policy paused;

    friend bool operator==(const plan&, const plan&) = default;
};

// What a price is known by; any of the three may match a plan.
struct price_reference {
    std::optional<std::string_view> price;
    std::optional<std::string_view> product;
    std::optional<std::string_view> lookup_key;
};

// All of plans.toml. A value; built by `read_plans`.
struct catalogue {
    std::chrono::seconds trial{std::chrono::days{14}};
    std::string trial_plan;   // a key of `plans`
    std::vector<plan> plans;  // rising
    dunning_policy dunning;
    pause_policy paused;
    // `[organizations."ID".dunning]`: the values given there, over those of the plan.
    struct overrides {
        std::optional<std::chrono::seconds> grace;
        std::optional<std::chrono::seconds> restricted;
        std::optional<std::vector<std::chrono::seconds>> notices;
        std::optional<std::chrono::seconds> settle;
        std::optional<feature_map> restricted_features;
        std::optional<bool> exempt;
        friend bool operator==(const overrides&, const overrides&) = default;
    };
    std::map<organization_id, overrides> organizations;

    // Index in `plans` of the highest plan that any of the prices matches; nullopt if none does.
    [[nodiscard]] std::optional<std::size_t> match(std::span<const price_reference> prices) const;
    // `plans[at]`, or nullptr if there is no such key.
    [[nodiscard]] const plan* find(std::string_view key) const;
    // The rules for `organization` on plan `of` (nullptr: on none).
    [[nodiscard]] dunning_policy policy_for(const organization_id& organization, const plan* of)
        const;

    friend bool operator==(const catalogue&, const catalogue&) = default;
};

// `base` with the values that `by` gives in their place; a list or table is replaced as a whole.
[[nodiscard]] dunning_policy overridden(dunning_policy base, const catalogue::overrides& by);

}  // namespace billhook
