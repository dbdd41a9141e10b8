#include "schemas/settings/sources.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook::settings_sources {
namespace {

constexpr std::string_view tokens_name = "api.access.service_tokens";
constexpr std::size_t digits_of_hash = 64;

bool is_hash(std::string_view text) {
    return text.size() == digits_of_hash && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

void read_service_tokens(const toml::node& list, const settings_file& file, gathered& into) {
    const toml::array* all = list.as_array();
    if (all == nullptr || !all->is_homogeneous<toml::table>()) {
        into.report(
            file.where(list.source(), tokens_name),
            "must be tables: [[api.access.service_tokens]] with name and sha256"
        );
        return;
    }
    std::vector<service_token_settings>& found = into.found.access.service_tokens;
    for (const toml::node& each : *all) {
        const toml::table& table = *each.as_table();
        only(table, tokens_name, {"name", "sha256", "not_after"}, file, into);
        service_token_settings one;
        one.name = name_in(table, tokens_name, file, into);
        one.sha256 = table["sha256"].value_exact<std::string>().value_or("");
        if (!is_hash(one.sha256)) {
            into.report(
                file.where(table.source(), fmt::format("{}.sha256", tokens_name)),
                "must be 64 digits of hexadecimal, in small letters: SHA-256 of the token"
            );
        }
        if (const toml::node* node = table.get("not_after")) {
            one.not_after = time_in(*node, fmt::format("{}.not_after", tokens_name), file, into);
        }
        const auto has_its_name = [&](const auto& other) { return other.name == one.name; };
        if (std::any_of(found.begin(), found.end(), has_its_name)) {
            into.report(
                file.where(table.source(), tokens_name),
                fmt::format("two service tokens are called {}", one.name)
            );
        }
        found.push_back(std::move(one));
    }
}

}  // namespace billhook::settings_sources
