#include "schemas/settings/sources.hpp"
#include "schemas/settings/take.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace billhook::settings_sources {
namespace {

constexpr std::string_view list_name = "ingest.endpoints";
constexpr std::string_view secrets_name = "ingest.endpoints.secrets";
constexpr std::size_t longest_path = 255;

// What a request's target is compared with, byte for byte.
bool is_path(std::string_view text) {
    return !text.empty() && text.front() == '/' && text.size() <= longest_path &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c > ' ' && c < 0x7f && c != '?' && c != '#' && c != '%';
           });
}

class endpoint_reader {
public:
    endpoint_reader(const settings_file& file, gathered& into) : file_(file), into_(into) {}

    void read(const toml::table& table);

private:
    std::string where(const toml::node& at, std::string_view name) const {
        return file_.where(at.source(), name);
    }
    void read_kind(const toml::node& node, endpoint_found& into);
    void read_mode(const toml::node& node, endpoint_found& into);
    std::vector<secret_settings> secrets_in(const toml::table& in, endpoint_kind of);
    std::optional<secret_settings> secret_in(const toml::table& in, endpoint_kind of);
    std::optional<std::string> value_in(const toml::table& in);

    const settings_file& file_;
    gathered& into_;
};

void endpoint_reader::read_kind(const toml::node& node, endpoint_found& into) {
    for (const auto kind : {endpoint_kind::stripe, endpoint_kind::clerk}) {
        if (node.value_exact<std::string>() == to_word(kind)) {
            into.what.kind = kind;
            return;
        }
    }
    into_.report(where(node, fmt::format("{}.kind", list_name)), "must be \"stripe\" or \"clerk\"");
}

void endpoint_reader::read_mode(const toml::node& node, endpoint_found& into) {
    for (const auto mode : {endpoint_mode::live, endpoint_mode::test, endpoint_mode::both}) {
        if (node.value_exact<std::string>() == to_word(mode)) {
            into.what.mode = mode;
            into.mode_given = true;
            return;
        }
    }
    into_.report(
        where(node, fmt::format("{}.mode", list_name)),
        "must be \"live\", \"test\", or \"both\" (Connect)"
    );
}

std::optional<std::string> endpoint_reader::value_in(const toml::table& in) {
    const std::string name = fmt::format("{}.value", secrets_name);
    const toml::node* value = in.get("value");
    const toml::node* path = in.get("file");
    if ((value == nullptr) == (path == nullptr)) {
        into_.report(where(in, name), "give either value or file");
        return std::nullopt;
    }
    if (path != nullptr) {
        return file_.secret_in(*path, fmt::format("{}.file", secrets_name), into_);
    }
    const auto text = value->value_exact<std::string>();
    if (!text) {
        into_.report(where(*value, name), "must be a text");
    }
    return text;
}

std::optional<secret_settings> endpoint_reader::secret_in(const toml::table& in, endpoint_kind of) {
    only(in, secrets_name, {"name", "value", "file", "not_after"}, file_, into_);
    secret_settings found;
    found.name = name_in(in, secrets_name, file_, into_);
    if (const toml::node* node = in.get("not_after")) {
        found.not_after = time_in(*node, fmt::format("{}.not_after", secrets_name), file_, into_);
    }
    const auto value = value_in(in);
    if (!value) {
        return std::nullopt;
    }
    if (const auto wrong = of == endpoint_kind::clerk
                               ? settings_text::wrong_with_clerk_secret(*value)
                               : settings_text::wrong_with_webhook_secret(*value)) {
        into_.report(where(in, secrets_name), *wrong);
        return std::nullopt;
    }
    found.value = secret(*value);
    return found;
}

std::vector<secret_settings> endpoint_reader::secrets_in(const toml::table& in, endpoint_kind of) {
    std::vector<secret_settings> found;
    const toml::node* node = in.get("secrets");
    const toml::array* list = node == nullptr ? nullptr : node->as_array();
    if (list == nullptr || list->empty() || !list->is_homogeneous<toml::table>()) {
        into_.report(
            where(node == nullptr ? in : *node, secrets_name),
            "at least one [[ingest.endpoints.secrets]] is needed, with name and value or file"
        );
        return found;
    }
    for (const toml::node& each : *list) {
        if (auto one = secret_in(*each.as_table(), of)) {
            found.push_back(std::move(*one));
        }
    }
    return found;
}

void endpoint_reader::read(const toml::table& table) {
    only(table, list_name, {"name", "path", "kind", "mode", "connect", "secrets"}, file_, into_);
    endpoint_found found;
    found.where = where(table, list_name);
    found.what.name = name_in(table, list_name, file_, into_);
    if (const toml::node* node = table.get("path")) {
        found.what.path = node->value_exact<std::string>().value_or("");
        if (!is_path(found.what.path)) {
            into_.report(
                where(*node, fmt::format("{}.path", list_name)),
                "must begin with / and hold no blank, ?, # or %"
            );
        }
    }
    if (const toml::node* node = table.get("kind")) {
        read_kind(*node, found);
    }
    if (const toml::node* node = table.get("mode")) {
        read_mode(*node, found);
    }
    if (const toml::node* node = table.get("connect")) {
        if (!node->is_boolean()) {
            into_.report(
                where(*node, fmt::format("{}.connect", list_name)), "must be true or false"
            );
        }
        found.what.connect = node->value_exact<bool>().value_or(false);
    }
    found.what.secrets = secrets_in(table, found.what.kind);
    into_.endpoints.push_back(std::move(found));
}

// Clerk's endpoints are not asked: their secrets are not Stripe's.
endpoint_found* endpoint_of_environment(std::vector<endpoint_found>& all) {
    std::vector<endpoint_found*> of_stripe;
    for (endpoint_found& each : all) {
        if (each.what.kind != endpoint_kind::stripe) {
            continue;
        }
        if (each.what.name == "default") {
            return &each;
        }
        of_stripe.push_back(&each);
    }
    if (of_stripe.empty()) {
        all.emplace_back();
        all.back().what.name = "default";
        all.back().where = "STRIPE_WEBHOOK_SECRET";
        return &all.back();
    }
    return of_stripe.size() == 1 ? of_stripe.front() : nullptr;
}

}  // namespace

void read_endpoints(const toml::node& list, const settings_file& file, gathered& into) {
    const toml::array* all = list.as_array();
    if (all == nullptr || !all->is_homogeneous<toml::table>()) {
        into.report(
            file.where(list.source(), list_name),
            "must be tables: [[ingest.endpoints]] with name, path and secrets"
        );
        return;
    }
    endpoint_reader from(file, into);
    for (const toml::node& each : *all) {
        from.read(*each.as_table());
    }
}

void read_webhook_secrets(std::string_view commas, gathered& into) {
    endpoint_found* at = endpoint_of_environment(into.endpoints);
    if (at == nullptr) {
        return;
    }
    at->what.secrets.clear();
    for (std::size_t from = 0; from <= commas.size();) {
        const std::size_t end = std::min(commas.find(',', from), commas.size());
        const std::string_view value = commas.substr(from, end - from);
        const std::string name = fmt::format("env-{}", at->what.secrets.size() + 1);
        if (const auto wrong = settings_text::wrong_with_webhook_secret(value)) {
            into.report("STRIPE_WEBHOOK_SECRET", *wrong);
        }
        at->what.secrets.push_back({name, secret(std::string(value)), std::nullopt});
        from = end + 1;
    }
}

void finish_endpoints(gathered& into) {
    std::set<std::string> names;
    std::set<std::string> paths;
    std::set<std::string> values;
    for (endpoint_found& each : into.endpoints) {
        endpoint_settings& one = each.what;
        if (!each.mode_given) {
            one.mode = one.connect           ? endpoint_mode::both
                       : into.found.livemode ? endpoint_mode::live
                                             : endpoint_mode::test;
        }
        if (!names.insert(one.name).second) {
            into.report(each.where, fmt::format("there is an endpoint {} already", one.name));
        }
        if (!paths.insert(one.path).second) {
            into.report(each.where, fmt::format("another endpoint has the path {}", one.path));
        }
        std::set<std::string> secret_names;
        for (const secret_settings& secret : one.secrets) {
            if (!secret_names.insert(secret.name).second) {
                into.report(each.where, fmt::format("two secrets are called {}", secret.name));
            }
            if (!values.insert(secret.value.reveal()).second) {
                into.report(
                    each.where,
                    fmt::format("secret {} occurs twice; each endpoint has its own", secret.name)
                );
            }
        }
        into.found.ingest.endpoints.push_back(one);
    }
}

}  // namespace billhook::settings_sources
