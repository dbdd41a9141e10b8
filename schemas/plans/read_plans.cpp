#include "schemas/plans/read_plans.hpp"

#include "schemas/plans/plans_toml.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook {
namespace {

using plans_toml::inside;
using plans_toml::is_plain_key;
using plans_toml::line_of;

constexpr std::size_t longest_organization = 255;

// Walks the tables of the file.
class reader {
public:
    catalogue read(const toml::table& root);
    [[nodiscard]] std::vector<plans_problem> take_problems() { return from_.take_problems(); }

private:
    catalogue::overrides dunning_of(const toml::table& in, const std::string& path);
    pause_policy paused_in(const toml::table& in, const std::string& path, pause_policy common);
    plan plan_of(const std::string& key, const toml::table& in, const catalogue& common);
    std::vector<plan> plans_of(const toml::table& root, const catalogue& common);
    std::vector<addon> addons_of(const toml::table& root);
    void read_lists(price_lists& to, const toml::table& in, const std::string& path);
    feature_map features_of(
        const toml::table& in,
        const std::string& path,
        per_quantity_map* counted = nullptr
    );
    std::optional<std::string> plan_key_at(const toml::table& root, std::string_view name);
    std::map<organization_id, catalogue::overrides> organizations_of(const toml::table& root);
    void check_restricted_features();

    struct restriction {
        const toml::node* at;
        std::string path;
        std::string feature;
        feature_value value;
    };
    plans_toml::values from_;
    std::map<std::string, bool> is_switch_;  // feature -> what the first plan that has it says
    std::vector<restriction> restricted_;
};

catalogue::overrides reader::dunning_of(const toml::table& in, const std::string& path) {
    from_.only(
        in,
        path,
        {"grace",
         "restricted",
         "notices",
         "notices_max_age",
         "settle",
         "restricted_features",
         "exempt"}
    );
    catalogue::overrides found;
    found.grace = from_.duration_at(in, "grace", path);
    found.restricted = from_.duration_at(in, "restricted", path);
    found.settle = from_.duration_at(in, "settle", path);
    found.notices_max_age = from_.duration_at(in, "notices_max_age", path);
    found.notices = from_.durations_at(in, "notices", path);
    found.exempt = from_.truth_at(in, "exempt", path);
    if (const toml::node* node = in.get("restricted_features")) {
        found.restricted_features = from_.features_at(in, "restricted_features", path);
        const std::string at = inside(path, "restricted_features");
        for (const auto& [name, value] : *found.restricted_features) {
            restricted_.push_back({node->as_table()->get(name), inside(at, name), name, value});
        }
    }
    return found;
}

// Of the table `paused` in the table that `path` names, over `common`.
pause_policy reader::paused_in(
    const toml::table& in,
    const std::string& path,
    pause_policy common
) {
    if (const toml::table* table = from_.table_at(in, "paused", path)) {
        const std::string at = inside(path, "paused");
        from_.only(*table, at, {"requested", "trial_over"});
        common.requested = from_.access_at(*table, "requested", at).value_or(common.requested);
        common.trial_over = from_.access_at(*table, "trial_over", at).value_or(common.trial_over);
    }
    return common;
}

void reader::read_lists(price_lists& to, const toml::table& in, const std::string& path) {
    to.lookup_keys = from_.names_at(in, "lookup_keys", path);
    to.prices = from_.names_at(in, "prices", path);
    to.products = from_.names_at(in, "products", path);
}

feature_map reader::features_of(
    const toml::table& in,
    const std::string& path,
    per_quantity_map* counted
) {
    auto found = from_.features_at(in, "features", path, counted);
    for (const auto& [name, value] : found) {
        const bool is_switch = std::holds_alternative<bool>(value);
        if (is_switch_.emplace(name, is_switch).first->second != is_switch) {
            from_.report(
                *in["features"][name].node(),
                inside(inside(path, "features"), name),
                is_switch ? "is a switch here, but a limit in a plan above"
                          : "is a limit here, but a switch in a plan above"
            );
        }
    }
    return found;
}

plan reader::plan_of(const std::string& key, const toml::table& in, const catalogue& common) {
    const std::string path = inside("plans", key);
    from_.only(
        in, path, {"name", "lookup_keys", "prices", "products", "features", "dunning", "paused"}
    );
    plan found;
    found.key = key;
    found.name = from_.text_at(in, "name", path).value_or(key);
    read_lists(found, in, path);
    found.features = features_of(in, path, &found.per_quantity);
    found.dunning = common.dunning;
    if (const toml::table* table = from_.table_at(in, "dunning", path)) {
        found.dunning = overridden(common.dunning, dunning_of(*table, inside(path, "dunning")));
    }
    found.paused = paused_in(in, path, common.paused);
    return found;
}

std::vector<plan> reader::plans_of(const toml::table& root, const catalogue& common) {
    std::vector<plan> plans;
    const toml::table* table = from_.table_at(root, "plans", "");
    if (table == nullptr || table->empty()) {
        from_.report_missing("plans", "at least one [plans.KEY] is needed");
        return plans;
    }
    // toml++ iterates by name; what counts is the order in the file.
    std::vector<std::pair<const toml::key*, const toml::node*>> rising;
    for (const auto& [key, node] : *table) {
        rising.emplace_back(&key, &node);
    }
    std::sort(rising.begin(), rising.end(), [](const auto& a, const auto& b) {
        return a.first->source().begin < b.first->source().begin;
    });
    for (const auto& [key, node] : rising) {
        const std::string name(key->str());
        if (!node->is_table()) {
            from_.report(*node, inside("plans", name), "must be a table");
        } else if (!is_plain_key(name)) {
            from_.report(
                *node, inside("plans", name), "a plan's key is 1 to 64 letters, digits, _ and -"
            );
        } else {
            plans.push_back(plan_of(name, *node->as_table(), common));
        }
    }
    return plans;
}

std::vector<addon> reader::addons_of(const toml::table& root) {
    std::vector<addon> addons;
    const toml::table* table = from_.table_at(root, "addons", "");
    if (table == nullptr) {
        return addons;
    }
    for (const auto& [key, node] : *table) {
        const std::string path = inside("addons", key.str());
        if (!node.is_table()) {
            from_.report(node, path, "must be a table");
        } else if (!is_plain_key(key.str())) {
            from_.report(node, path, "an add-on's key is 1 to 64 letters, digits, _ and -");
        } else {
            const toml::table& in = *node.as_table();
            from_.only(in, path, {"lookup_keys", "prices", "products", "features"});
            addon& found = addons.emplace_back();
            found.key = key.str();
            read_lists(found, in, path);
            found.features = features_of(in, path);
        }
    }
    return addons;
}

std::map<organization_id, catalogue::overrides> reader::organizations_of(const toml::table& root) {
    std::map<organization_id, catalogue::overrides> found;
    const toml::table* table = from_.table_at(root, "organizations", "");
    if (table == nullptr) {
        return found;
    }
    for (const auto& [key, node] : *table) {
        const std::string path = fmt::format("organizations.\"{}\"", key.str());
        if (key.str().empty() || key.str().size() > longest_organization) {
            from_.report(node, path, "an organization's id has 1 to 255 bytes");
            continue;
        }
        if (!node.is_table()) {
            from_.report(node, path, "must be a table");
            continue;
        }
        from_.only(*node.as_table(), path, {"dunning"});
        if (const auto* rules = from_.table_at(*node.as_table(), "dunning", path)) {
            found.emplace(std::string(key.str()), dunning_of(*rules, inside(path, "dunning")));
        }
    }
    return found;
}

// A misspelt feature would restrict nothing, and nobody would notice.
void reader::check_restricted_features() {
    for (const restriction& each : restricted_) {
        const auto known = is_switch_.find(each.feature);
        if (known == is_switch_.end()) {
            from_.report(*each.at, each.path, "no plan has this feature");
        } else if (known->second != std::holds_alternative<bool>(each.value)) {
            from_.report(
                *each.at,
                each.path,
                known->second ? "is a switch in the plans: must be true or false"
                              : "is a limit in the plans: must be a whole number from -1"
            );
        }
    }
}

std::optional<std::string> reader::plan_key_at(const toml::table& root, std::string_view name) {
    auto key = from_.text_at(root, name, "");
    if (key && root["plans"][*key].node() == nullptr) {
        from_.report(
            *root.get(name), std::string(name), fmt::format("there is no [plans.{}]", *key)
        );
    }
    return key;
}

catalogue reader::read(const toml::table& root) {
    from_.only(
        root,
        "",
        {"trial",
         "trial_plan",
         "unlisted_plan",
         "fallback_plan",
         "grant_notice",
         "plans",
         "addons",
         "dunning",
         "paused",
         "organizations"}
    );
    catalogue found;
    found.trial = from_.duration_at(root, "trial", "").value_or(found.trial);
    found.grant_notice = from_.duration_at(root, "grant_notice", "");
    if (const toml::table* table = from_.table_at(root, "dunning", "")) {
        found.dunning = overridden({}, dunning_of(*table, "dunning"));
    }
    found.paused = paused_in(root, "", found.paused);
    found.plans = plans_of(root, found);
    found.addons = addons_of(root);
    found.organizations = organizations_of(root);
    check_restricted_features();
    if (root.get("trial_plan") == nullptr) {
        from_.report_missing("trial_plan", "is missing: the key of one of the plans");
    }
    found.trial_plan = plan_key_at(root, "trial_plan").value_or(std::string());
    found.unlisted_plan = plan_key_at(root, "unlisted_plan");
    found.fallback_plan = plan_key_at(root, "fallback_plan");
    return found;
}

}  // namespace

result<catalogue, std::vector<plans_problem>> read_plans(std::string_view toml) {
    try {
        const toml::table root = toml::parse(toml);
        reader from;
        catalogue found = from.read(root);
        auto problems = from.take_problems();
        if (problems.empty()) {
            return found;
        }
        return problems;
    } catch (const toml::parse_error& error) {
        return std::vector<plans_problem>{
            {line_of(error.source()), "", std::string(error.description())}
        };
    }
}

}  // namespace billhook
