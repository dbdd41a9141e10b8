#include "tools/commands/plans_constants.hpp"

#include "schemas/plans/feature_types.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook {

namespace {

// The names of one type.
struct group {
    std::string_view type;    // "Switch"
    std::string_view prefix;  // of each constant: "feature"
    std::vector<std::string> names;
};

std::vector<group> groups_of(const catalogue& plans) {
    group switches{"Switch", "feature", {}};
    group limits{"Limit", "feature", {}};
    group keys{"Plan", "plan", {}};
    for (const auto& [name, type] : feature_types(plans)) {
        (type == feature_type::limit ? limits : switches).names.push_back(name);
    }
    for (const plan& each : plans.plans) {
        keys.names.push_back(each.key);
    }
    return {switches, limits, keys};
}

bool is_word(char each) {
    return std::isalnum(static_cast<unsigned char>(each)) != 0;
}

char upper(char each) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
}

// FEATURE_PATIENTS_MAX
std::string shouted(std::string text) {
    for (char& each : text) {
        each = is_word(each) ? upper(each) : '_';
    }
    return text;
}

// FeaturePatientsMax
std::string humped(const std::string& text) {
    std::string found;
    bool begins = true;
    for (const char each : text) {
        if (is_word(each)) {
            found += begins ? upper(each) : each;
        }
        begins = !is_word(each);
    }
    return found;
}

std::string constant_of(const group& in, const std::string& name, constants_language language) {
    const std::string text = fmt::format("{}_{}", in.prefix, name);
    return language == constants_language::go ? humped(text) : shouted(text);
}

std::optional<same_constant> clash(const std::vector<group>& all, constants_language language) {
    std::map<std::string, std::string> named;
    for (const group& each : all) {
        for (const std::string& name : each.names) {
            const auto [at, is_new] = named.emplace(constant_of(each, name, language), name);
            if (!is_new) {
                return same_constant{at->first, at->second, name};
            }
        }
    }
    return std::nullopt;
}

// "a", "b": names are letters, digits, _ and -, so that quotes suffice.
std::string quoted(const std::vector<std::string>& names, std::string_view between) {
    std::string text;
    for (const std::string& each : names) {
        text += fmt::format("{}\"{}\"", text.empty() ? "" : between, each);
    }
    return text;
}

constexpr std::string_view head =
    "Written by `billhook plans constants`; to be written again "
    "whenever plans.toml changes.";

std::string typescript(const std::vector<group>& all) {
    std::string text = fmt::format("// {}\n", head);
    for (const group& each : all) {
        text += "\n";
        for (const std::string& name : each.names) {
            text += fmt::format(
                "export const {} = \"{}\";\n",
                constant_of(each, name, constants_language::typescript),
                name
            );
        }
        text += fmt::format(
            "export type {} = {};\n",
            each.type,
            each.names.empty() ? "never" : quoted(each.names, " | ")
        );
    }
    return text + "\nexport type Feature = Switch | Limit;\n";
}

std::string python(const std::vector<group>& all) {
    std::string text =
        fmt::format("# {}\n\nfrom typing import Final, Literal, NoReturn, Union\n", head);
    for (const group& each : all) {
        text += "\n";
        for (const std::string& name : each.names) {
            text += fmt::format(
                "{}: Final = \"{}\"\n", constant_of(each, name, constants_language::python), name
            );
        }
        text += each.names.empty()
                    ? fmt::format("{} = NoReturn\n", each.type)
                    : fmt::format("{} = Literal[{}]\n", each.type, quoted(each.names, ", "));
    }
    return text + "\nFeature = Union[Switch, Limit]\n";
}

// As gofmt would have it: a block's names and types in columns.
std::string go(const std::vector<group>& all) {
    std::string text = fmt::format("// {}\n\npackage billing\n", head);
    for (const group& each : all) {
        text += fmt::format("\ntype {} string\n", each.type);
        if (each.names.empty()) {
            continue;
        }
        std::size_t width = 0;
        for (const std::string& name : each.names) {
            width = std::max(width, constant_of(each, name, constants_language::go).size());
        }
        text += "\nconst (\n";
        for (const std::string& name : each.names) {
            text += fmt::format(
                "\t{:<{}} {} = \"{}\"\n",
                constant_of(each, name, constants_language::go),
                width,
                each.type,
                name
            );
        }
        text += ")\n";
    }
    return text;
}

std::string text_of(const std::vector<group>& all, constants_language language) {
    switch (language) {
        case constants_language::typescript:
            return typescript(all);
        case constants_language::python:
            return python(all);
        case constants_language::go:
            return go(all);
    }
    return {};
}

}  // namespace

result<std::string, same_constant> constants_file(
    const catalogue& plans,
    constants_language language
) {
    const auto all = groups_of(plans);
    if (auto found = clash(all, language)) {
        return {boost::system::in_place_error, *std::move(found)};
    }
    return {boost::system::in_place_value, text_of(all, language)};
}

}  // namespace billhook
