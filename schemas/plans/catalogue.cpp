#include "schemas/plans/catalogue.hpp"

#include <algorithm>
#include <utility>

namespace billhook {
namespace {

// Index of the one that has the name in this list of its.
template <class Each>
std::optional<std::size_t> holder_of(
    const std::vector<Each>& all,
    std::set<std::string> price_lists::*list,
    const std::string& name
) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const Each& one) {
        return (one.*list).contains(name);
    });
    return at == all.end() ? std::nullopt
                           : std::optional(static_cast<std::size_t>(at - all.begin()));
}

}  // namespace

std::vector<std::chrono::seconds> dunning_policy::steps() const {
    std::set<std::chrono::seconds> all(notices.begin(), notices.end());
    all.insert(grace);
    all.insert(grace + restricted);
    return {all.begin(), all.end()};
}

std::int64_t limit_with(std::int64_t limit, std::int64_t more, std::int64_t times) {
    constexpr std::int64_t unlimited = -1;
    std::int64_t product = 0;
    std::int64_t total = 0;
    const bool counted = limit >= 0 && more >= 0 &&
                         !__builtin_mul_overflow(more, times, &product) &&
                         !__builtin_add_overflow(limit, product, &total);
    return counted ? total : unlimited;
}

feature_map plan::features_for(std::optional<std::int64_t> quantity) const {
    auto all = features;
    for (const auto& [feature, each] : per_quantity) {
        auto& limit = std::get<std::int64_t>(all.at(feature));
        limit = limit_with(limit, each, std::max<std::int64_t>(quantity.value_or(1), 0));
    }
    return all;
}

dunning_policy overridden(dunning_policy base, const catalogue::overrides& by) {
    base.grace = by.grace.value_or(base.grace);
    base.restricted = by.restricted.value_or(base.restricted);
    base.settle = by.settle.value_or(base.settle);
    base.notices_max_age = by.notices_max_age.value_or(base.notices_max_age);
    base.exempt = by.exempt.value_or(base.exempt);
    if (by.notices) {
        base.notices = *by.notices;
    }
    if (by.restricted_features) {
        base.restricted_features = *by.restricted_features;
    }
    return base;
}

listing catalogue::listing_of(const price_reference& by) const {
    const std::pair<std::optional<std::string_view>, std::set<std::string> price_lists::*> names[] =
        {
            {by.price,      &price_lists::prices     },
            {by.lookup_key, &price_lists::lookup_keys},
            {by.product,    &price_lists::products   }
    };
    for (const auto& [name, list] : names) {
        if (!name) {
            continue;
        }
        const std::string text(*name);
        listing found{holder_of(plans, list, text), holder_of(addons, list, text)};
        if (found.plan || found.addon) {
            return found;
        }
    }
    return {};
}

std::optional<std::size_t> catalogue::index_of(std::string_view key) const {
    const auto found =
        std::find_if(plans.begin(), plans.end(), [&](const plan& one) { return one.key == key; });
    return found == plans.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - plans.begin()));
}

const plan* catalogue::find(std::string_view key) const {
    const auto at = index_of(key);
    return at ? &plans[*at] : nullptr;
}

dunning_policy catalogue::policy_for(const organization_id& organization, const plan* of) const {
    const dunning_policy& base = of == nullptr ? dunning : of->dunning;
    const auto own = organizations.find(organization);
    return own == organizations.end() ? base : overridden(base, own->second);
}

}  // namespace billhook
