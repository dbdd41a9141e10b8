#pragma once

#include "schemas/plans/policy.hpp"
#include "schemas/types/ids.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// What a plan or an add-on is sold by. A name stands in one list of its kind only.
struct price_lists {
    std::set<std::string> lookup_keys;
    std::set<std::string> prices;  // price ids or legacy plan ids
    std::set<std::string> products;

    friend bool operator==(const price_lists&, const price_lists&) = default;
};

// One `[plans.KEY]`. Plans rise in file order: a later one is higher.
struct plan : price_lists {
    std::string key;
    std::string name;
    feature_map features;           // of none; what has `per_quantity` is a limit here
    per_quantity_map per_quantity;  // `{ base = 0, per_quantity = 50 }`
    dunning_policy dunning;         // the common ones with the plan's overrides
    pause_policy paused;

    // What so many of it give. Where there is no number (a trial, by use) it is one.
    [[nodiscard]] feature_map features_for(std::optional<std::int64_t> quantity) const;

    friend bool operator==(const plan&, const plan&) = default;
};

// One `[addons.KEY]`: sold beside a plan, never one itself. Its features are added to the plan's.
struct addon : price_lists {
    std::string key;
    feature_map features;

    friend bool operator==(const addon&, const addon&) = default;
};

// What a price is known by.
struct price_reference {
    std::optional<std::string_view> price;
    std::optional<std::string_view> product;
    std::optional<std::string_view> lookup_key;
};

// Where a price is listed: nowhere, or one of the two, as an index in the catalogue.
struct listing {
    std::optional<std::size_t> plan;
    std::optional<std::size_t> addon;
    friend bool operator==(const listing&, const listing&) = default;
};

// All of plans.toml. A value; built by `read_plans`.
struct catalogue {
    std::chrono::seconds trial{std::chrono::days{14}};
    std::string trial_plan;   // a key of `plans`
    std::vector<plan> plans;  // rising
    std::vector<addon> addons;
    // What a living subscription takes of whose prices no plan lists any; a key of `plans`.
    std::optional<std::string> unlisted_plan;
    // What an organization has whose access would be none; a key of `plans`. Without it: none.
    std::optional<std::string> fallback_plan;
    // How long before a grant's end its organization is told of it. Without it: nobody is.
    std::optional<std::chrono::seconds> grant_notice;
    dunning_policy dunning;
    pause_policy paused;
    // `[organizations."ID".dunning]`: the values given there, over those of the plan.
    struct overrides {
        std::optional<std::chrono::seconds> grace;
        std::optional<std::chrono::seconds> restricted;
        std::optional<std::vector<std::chrono::seconds>> notices;
        std::optional<std::chrono::seconds> settle;
        std::optional<std::chrono::seconds> notices_max_age;
        std::optional<feature_map> restricted_features;
        std::optional<bool> exempt;
        friend bool operator==(const overrides&, const overrides&) = default;
    };
    std::map<organization_id, overrides> organizations;

    // By its id, else by its lookup key, else by its product: the first that stands in a list.
    [[nodiscard]] listing listing_of(const price_reference& by) const;
    // Index in `plans`; nullopt if there is no such key.
    [[nodiscard]] std::optional<std::size_t> index_of(std::string_view key) const;
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
