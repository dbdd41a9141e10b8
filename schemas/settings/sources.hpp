#pragma once

#include "schemas/settings/keys.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

// How read_settings.cpp gathers: a place for what was found, and one reader a source. Mistakes are
// collected, never thrown. For the readers of this folder alone.
namespace billhook::settings_sources {

struct endpoint_found {
    endpoint_settings what;
    bool mode_given = false;
    std::string where;  // "billhook.toml:12: ingest.endpoints"
};

struct gathered {
    settings found;
    std::vector<endpoint_found> endpoints;
    std::set<std::string_view> given;  // the keys that some source names, also with a mistake
    std::vector<settings_problem> problems;

    void report(std::string where, std::string text) {
        problems.push_back({std::move(where), std::move(text)});
    }
    void set(const key& row, std::string_view text, const std::string& where);
};

// A settings file and what its messages and relative paths need.
struct settings_file {
    std::string path;
    std::function<std::optional<std::string>(const std::string& path)> read_file;

    // "billhook.toml:12: kafka.brokers"
    [[nodiscard]] std::string where(const toml::source_region& at, std::string_view name) const;
    // As seen from the folder of the file.
    [[nodiscard]] std::string resolved(const std::string& relative) const;
    // The first line of a file that holds a secret; reports if there is none.
    [[nodiscard]] std::optional<std::string> secret_in(
        const toml::node& path_node,
        const std::string& name,
        gathered& into
    ) const;
};

// A table of a list: what else stands in it than these names; its `name`, which goes into headers,
// metrics and logs; a time with an offset. Each reports what is wrong.
void only(
    const toml::table& in,
    std::string_view path,
    std::initializer_list<std::string_view> names,
    const settings_file& file,
    gathered& into
);
[[nodiscard]] std::string name_in(
    const toml::table& in,
    std::string_view path,
    const settings_file& file,
    gathered& into
);
[[nodiscard]] std::optional<instant> time_in(
    const toml::node& node,
    const std::string& name,
    const settings_file& file,
    gathered& into
);

void read_service_tokens(const toml::node& list, const settings_file& file, gathered& into);
void read_endpoints(const toml::node& list, const settings_file& file, gathered& into);
// STRIPE_WEBHOOK_SECRET: stands for the secrets of the endpoint `default`, or of the only one that
// the file has; without any it makes one. Of several others it is none's.
void read_webhook_secrets(std::string_view commas, gathered& into);
// Modes that were not given, names, paths and secrets that occur twice; then they are `found`'s.
void finish_endpoints(gathered& into);

}  // namespace billhook::settings_sources
