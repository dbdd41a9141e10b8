#include "tools/commands/plans_difference.hpp"

#include "schemas/types/instant.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace billhook {

namespace {

using values = std::map<std::string, std::string>;

std::string joined(const std::vector<std::chrono::seconds>& spans) {
    std::string text;
    for (const auto span : spans) {
        text += (text.empty() ? "" : " ") + (span == span.zero() ? "0d" : to_text(span));
    }
    return text;
}

void add(values& to, const std::string& path, const feature_map& features) {
    for (const auto& [name, value] : features) {
        to[path + "." + name] = to_words(value);
    }
}

void add(values& to, const std::string& path, const dunning_policy& rules) {
    to[path + ".grace"] = to_text(rules.grace);
    to[path + ".restricted"] = to_text(rules.restricted);
    to[path + ".notices"] = joined(rules.notices);
    to[path + ".notices_max_age"] = to_text(rules.notices_max_age);
    to[path + ".settle"] = to_text(rules.settle);
    to[path + ".exempt"] = rules.exempt ? "yes" : "no";
    add(to, path + ".restricted_features", rules.restricted_features);
}

void add(values& to, const std::string& path, const price_lists& sold_by) {
    to[path + ".lookup_keys"] = fmt::format("{}", fmt::join(sold_by.lookup_keys, " "));
    to[path + ".prices"] = fmt::format("{}", fmt::join(sold_by.prices, " "));
    to[path + ".products"] = fmt::format("{}", fmt::join(sold_by.products, " "));
}

values values_of(const catalogue& all) {
    values found;
    found["trial"] = to_text(all.trial);
    found["trial_plan"] = all.trial_plan;
    std::string order;
    for (const plan& each : all.plans) {
        order += (order.empty() ? "" : " < ") + each.key;
        const std::string path = "plans." + each.key;
        found[path + ".name"] = each.name;
        add(found, path, static_cast<const price_lists&>(each));
        add(found, path + ".features", each.features);
        for (const auto& [name, more] : each.per_quantity) {
            found[fmt::format("{}.features.{}.per_quantity", path, name)] = std::to_string(more);
        }
        add(found, path + ".dunning", each.dunning);
    }
    found["plans"] = order;
    found["unlisted_plan"] = all.unlisted_plan.value_or("none");
    found["fallback_plan"] = all.fallback_plan.value_or("none");
    found["grant_notice"] = all.grant_notice ? to_text(*all.grant_notice) : "none";
    for (const addon& each : all.addons) {
        const std::string path = "addons." + each.key;
        add(found, path, static_cast<const price_lists&>(each));
        add(found, path + ".features", each.features);
    }
    for (const auto& [organization, own] : all.organizations) {
        // Over a plan of nothing: what is not overridden is the same on both sides.
        add(found, "organizations." + organization.text() + ".dunning", overridden({}, own));
    }
    return found;
}

}  // namespace

std::string to_words(const feature_value& value) {
    if (const bool* truth = std::get_if<bool>(&value)) {
        return *truth ? "yes" : "no";
    }
    const auto limit = std::get<std::int64_t>(value);
    return limit < 0 ? "unlimited" : std::to_string(limit);
}

std::vector<plans_difference> differences(const catalogue& before, const catalogue& after) {
    const values was = values_of(before);
    const values is = values_of(after);
    values both = was;
    both.insert(is.begin(), is.end());
    std::vector<plans_difference> all;
    for (const auto& [key, value] : both) {
        const auto a = was.find(key);
        const auto b = is.find(key);
        plans_difference one{key, a == was.end() ? "" : a->second, b == is.end() ? "" : b->second};
        if (one.before != one.after) {
            all.push_back(std::move(one));
        }
    }
    return all;
}

}  // namespace billhook
