#include "schemas/settings/sources.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>

namespace billhook::settings_sources {
namespace {

constexpr std::size_t longest_name = 64;

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '.';
           });
}

}  // namespace

void only(
    const toml::table& in,
    std::string_view path,
    std::initializer_list<std::string_view> names,
    const settings_file& file,
    gathered& into
) {
    for (const auto& [name, node] : in) {
        if (std::find(names.begin(), names.end(), name.str()) == names.end()) {
            into.report(
                file.where(name.source(), fmt::format("{}.{}", path, name.str())),
                fmt::format("is no setting; here may stand {}", fmt::join(names, ", "))
            );
        }
    }
}

std::string name_in(
    const toml::table& in,
    std::string_view path,
    const settings_file& file,
    gathered& into
) {
    const auto name = in["name"].value_exact<std::string>();
    if (!name || !is_name(*name)) {
        const toml::node* node = in.get("name");
        into.report(
            file.where(
                node == nullptr ? in.source() : node->source(), fmt::format("{}.name", path)
            ),
            "must be 1 to 64 letters, digits, _, - and dots"
        );
    }
    return name.value_or("");
}

std::optional<instant> time_in(
    const toml::node& node,
    const std::string& name,
    const settings_file& file,
    gathered& into
) {
    std::string text = node.value_exact<std::string>().value_or("");
    if (const auto* time = node.as_date_time()) {
        std::ostringstream written;
        written << time->get();
        text = written.str();
    }
    const auto at = from_rfc3339(text);
    if (!at) {
        into.report(
            file.where(node.source(), name),
            "must be a time with an offset: \"2026-02-03T04:05:06Z\""
        );
    }
    return at;
}

}  // namespace billhook::settings_sources
