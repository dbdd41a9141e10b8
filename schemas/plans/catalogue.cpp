#include "schemas/plans/catalogue.hpp"

#include <algorithm>
#include <iterator>

namespace billhook {
namespace {

bool has(const std::set<std::string>& names, const std::optional<std::string_view>& name) {
    return name && names.contains(std::string(*name));
}

bool matches(const plan& one, const price_reference& by) {
    return has(one.lookup_keys, by.lookup_key) || has(one.prices, by.price) ||
           has(one.products, by.product);
}

}  // namespace

std::vector<std::chrono::seconds> dunning_policy::steps() const {
    std::set<std::chrono::seconds> all(notices.begin(), notices.end());
    all.insert(grace);
    all.insert(grace + restricted);
    return {all.begin(), all.end()};
}

dunning_policy overridden(dunning_policy base, const catalogue::overrides& by) {
    base.grace = by.grace.value_or(base.grace);
    base.restricted = by.restricted.value_or(base.restricted);
    base.settle = by.settle.value_or(base.settle);
    base.exempt = by.exempt.value_or(base.exempt);
    if (by.notices) {
        base.notices = *by.notices;
    }
    if (by.restricted_features) {
        base.restricted_features = *by.restricted_features;
    }
    return base;
}

std::optional<std::size_t> catalogue::match(std::span<const price_reference> by) const {
    const auto highest = std::find_if(plans.rbegin(), plans.rend(), [&](const plan& one) {
        return std::any_of(by.begin(), by.end(), [&](const auto& price) {
            return matches(one, price);
        });
    });
    if (highest == plans.rend()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(std::distance(highest, plans.rend()) - 1);
}

const plan* catalogue::find(std::string_view key) const {
    const auto found =
        std::find_if(plans.begin(), plans.end(), [&](const plan& one) { return one.key == key; });
    return found == plans.end() ? nullptr : &*found;
}

dunning_policy catalogue::policy_for(const organization_id& organization, const plan* of) const {
    const dunning_policy& base = of == nullptr ? dunning : of->dunning;
    const auto own = organizations.find(organization);
    return own == organizations.end() ? base : overridden(base, own->second);
}

}  // namespace billhook
