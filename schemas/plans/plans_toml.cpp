#include "schemas/plans/plans_toml.hpp"

#include "schemas/types/instant.hpp"
#include "schemas/types/words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook::plans_toml {
namespace {

constexpr std::size_t longest_key = 64;

}  // namespace

std::string inside(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

int line_of(const toml::source_region& at) {
    return static_cast<int>(at.begin.line);
}

bool is_plain_key(std::string_view text) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= longest_key &&
           std::all_of(text.begin(), text.end(), is_plain);
}

void values::report(const toml::node& at, const std::string& path, std::string text) {
    problems_.push_back({line_of(at.source()), path, std::move(text)});
}

void values::report_missing(const std::string& path, std::string text) {
    problems_.push_back({0, path, std::move(text)});
}

std::vector<plans_problem> values::take_problems() {
    std::stable_sort(problems_.begin(), problems_.end(), [](const auto& a, const auto& b) {
        return a.line < b.line;
    });
    return std::move(problems_);
}

void values::only(
    const toml::table& in,
    const std::string& path,
    std::initializer_list<std::string_view> names
) {
    for (const auto& [key, node] : in) {
        if (std::find(names.begin(), names.end(), key.str()) == names.end()) {
            problems_.push_back(
                {line_of(key.source()),
                 inside(path, key.str()),
                 fmt::format("is no key of this table; it may have {}", fmt::join(names, ", "))}
            );
        }
    }
}

const toml::table* values::table_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path
) {
    const toml::node* node = in.get(name);
    if (node != nullptr && !node->is_table()) {
        report(*node, inside(path, name), "must be a table");
    }
    return node == nullptr ? nullptr : node->as_table();
}

std::optional<std::string> values::text_of(const toml::node& at, const std::string& path) {
    const auto* text = at.as_string();
    if (text == nullptr || text->get().empty() || text->get().find('\0') != std::string::npos) {
        report(at, path, "must be a text that is not empty");
        return std::nullopt;
    }
    return text->get();
}

std::optional<std::chrono::seconds> values::duration_of(
    const toml::node& at,
    const std::string& path
) {
    const auto* text = at.as_string();
    const auto span = text == nullptr ? std::nullopt : duration_from(text->get());
    if (!span) {
        report(
            at, path, "must be a whole number with a unit: \"90s\", \"15m\", \"72h\" or \"14d\""
        );
    }
    return span;
}

std::optional<feature_value> values::feature_of(const toml::node& at, const std::string& path) {
    if (const auto* truth = at.as_boolean()) {
        return truth->get();
    }
    const auto* number = at.as_integer();
    if (number == nullptr || number->get() < -1) {
        report(at, path, "must be true, false, or a whole number from 0 (-1: unlimited)");
        return std::nullopt;
    }
    return number->get();
}

std::optional<std::chrono::seconds> values::duration_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path
) {
    const toml::node* node = in.get(name);
    return node == nullptr ? std::nullopt : duration_of(*node, inside(path, name));
}

std::optional<bool> values::truth_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path
) {
    const toml::node* node = in.get(name);
    const auto truth = node == nullptr ? std::nullopt : node->value_exact<bool>();
    if (node != nullptr && !truth) {
        report(*node, inside(path, name), "must be true or false");
    }
    return truth;
}

std::optional<access_level> values::access_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path
) {
    const toml::node* node = in.get(name);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto word = node->value_exact<std::string_view>();
    const auto level = word ? from_word<access_level>(*word) : std::nullopt;
    if (!level) {
        report(*node, inside(path, name), "must be \"full\", \"restricted\" or \"none\"");
    }
    return level;
}

std::optional<std::string> values::text_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path
) {
    const toml::node* node = in.get(name);
    return node == nullptr ? std::nullopt : text_of(*node, inside(path, name));
}

std::optional<std::int64_t> values::count_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path
) {
    const toml::node* node = in.get(name);
    const auto count = node == nullptr ? std::nullopt : node->value_exact<std::int64_t>();
    if (node != nullptr && (!count || *count < 0)) {
        report(*node, inside(path, name), "must be a whole number from 0");
        return std::nullopt;
    }
    return count;
}

feature_map values::features_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path,
    per_quantity_map* counted
) {
    feature_map features;
    const toml::table* table = table_at(in, name, path);
    if (table == nullptr) {
        return features;
    }
    for (const auto& [key, node] : *table) {
        const std::string at = inside(inside(path, name), key.str());
        if (!is_plain_key(key.str())) {
            report(node, at, "a feature's name is 1 to 64 letters, digits, _ and -");
        } else if (const auto* by = node.as_table(); by != nullptr && counted != nullptr) {
            only(*by, at, {"base", "per_quantity"});
            features.emplace(key.str(), count_at(*by, "base", at).value_or(0));
            if (by->get("per_quantity") == nullptr) {
                report(node, at, "per_quantity is missing: what each of the quantity adds");
            }
            counted->emplace(key.str(), count_at(*by, "per_quantity", at).value_or(0));
        } else if (const auto value = feature_of(node, at)) {
            features.emplace(key.str(), *value);
        }
    }
    return features;
}

std::optional<std::vector<std::chrono::seconds>> values::durations_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path
) {
    const toml::node* node = in.get(name);
    if (node == nullptr) {
        return std::nullopt;
    }
    const std::string at = inside(path, name);
    std::vector<std::chrono::seconds> steps;
    if (!node->is_array()) {
        report(*node, at, "must be a list of durations: [\"0d\", \"3d\"]");
        return steps;
    }
    for (const toml::node& each : *node->as_array()) {
        const auto span = duration_of(each, at);
        if (span && !steps.empty() && *span <= steps.back()) {
            report(each, at, "must rise from each step to the next, none twice");
        }
        if (span) {
            steps.push_back(*span);
        }
    }
    return steps;
}

std::set<std::string> values::names_at(
    const toml::table& in,
    std::string_view name,
    const std::string& path
) {
    std::set<std::string> names;
    const toml::node* node = in.get(name);
    if (node == nullptr) {
        return names;
    }
    const std::string at = inside(path, name);
    if (!node->is_array()) {
        report(*node, at, "must be a list of texts");
        return names;
    }
    for (const toml::node& each : *node->as_array()) {
        const auto text = text_of(each, at);
        if (!text) {
            continue;
        }
        const auto [first, is_new] =
            named_.emplace(fmt::format("{} {}", name, *text), place{line_of(each.source()), at});
        if (!is_new) {
            report(
                each,
                at,
                fmt::format(
                    "\"{}\" stands in {} (line {}) already; each may match one plan or add-on only",
                    *text,
                    first->second.path,
                    first->second.line
                )
            );
        }
        names.insert(*text);
    }
    return names;
}

}  // namespace billhook::plans_toml
