#include "schemas/settings/keys.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// How settings are called in the environment and on the command line.
namespace billhook {

std::string environment_name(const key& of) {
    std::string name = "BILLHOOK_";
    for (const char c : of.name) {
        name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return name;
}

std::string flag_name(const key& of) {
    std::string name = "--";
    for (const char c : of.name) {
        name += c == '.' || c == '_' ? '-' : c;
    }
    return name;
}

const key* key_of_flag(process_kind process, std::string_view flag) {
    if (flag.rfind("--", 0) != 0) {
        return nullptr;
    }
    const std::string given(flag.substr(0, flag.find('=')));
    const auto with_name = [](const std::string& name) -> const key* {
        for (const key& each : all_keys()) {
            if (flag_name(each) == name) {
                return &each;
            }
        }
        return nullptr;
    };
    const key* found = with_name(given);
    if (found == nullptr && process != process_kind::billhook) {
        const auto name = to_word(process);  // "billhook-ingest": its section is --ingest-...
        found =
            with_name("--" + std::string(name.substr(name.find('-') + 1)) + '-' + given.substr(2));
    }
    return found;
}

std::vector<std::string> take_setting_flags(
    process_kind process,
    std::vector<std::string>& arguments
) {
    std::vector<std::string> taken;
    std::vector<std::string> rest;
    bool open = true;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string& each = arguments[at];
        open = open && each != "--";
        const bool is_config = each == "--config" || each.rfind("--config=", 0) == 0;
        const key* const of = open ? key_of_flag(process, each) : nullptr;
        if (!open || (of == nullptr && !is_config)) {
            rest.push_back(each);
            continue;
        }
        taken.push_back(each);
        const bool has_value =
            each.find('=') != each.npos || (of != nullptr && of->rule.kind == key_kind::truth);
        if (!has_value && at + 1 < arguments.size()) {
            taken.push_back(arguments[++at]);
        }
    }
    arguments = std::move(rest);
    return taken;
}

}  // namespace billhook
