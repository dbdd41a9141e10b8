#include "schemas/settings/read_settings.hpp"

#include "schemas/settings/sources.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook {

namespace settings_sources {

void gathered::set(const key& row, std::string_view text, const std::string& where) {
    given.insert(row.name);
    if (const auto wrong = row.set(found, text, row)) {
        report(where, *wrong);
    }
}

std::string settings_file::where(const toml::source_region& at, std::string_view name) const {
    return fmt::format("{}:{}: {}", path, at.begin.line, name);
}

std::string settings_file::resolved(const std::string& relative) const {
    const auto slash = path.rfind('/');
    const bool is_plain = relative.empty() || relative.front() == '/' || slash == path.npos;
    return is_plain ? relative : path.substr(0, slash + 1) + relative;
}

std::optional<std::string> settings_file::secret_in(
    const toml::node& path_node,
    const std::string& name,
    gathered& into
) const {
    const auto relative = path_node.value_exact<std::string>();
    const auto content = relative ? read_file(resolved(*relative)) : std::nullopt;
    if (!content) {
        into.report(where(path_node.source(), name), "must be the path of a file that can be read");
        return std::nullopt;
    }
    return content->substr(0, content->find_first_of("\r\n"));
}

namespace {

// A value of the file as the text that a flag would have, if it has the kind that the key wants.
std::optional<std::string> text_of(const toml::node& node, key_kind kind) {
    switch (kind) {
        case key_kind::text:
        case key_kind::secret_text:
            return node.value_exact<std::string>();
        case key_kind::number:
            return node.is_integer() ? std::optional{std::to_string(node.as_integer()->get())}
                                     : std::nullopt;
        case key_kind::truth:
            return node.is_boolean()
                       ? std::optional<std::string>(node.as_boolean()->get() ? "true" : "false")
                       : std::nullopt;
    }
    return std::nullopt;
}

std::string_view wanted(key_kind kind) {
    switch (kind) {
        case key_kind::text:
            return "must be a text in quotes";
        case key_kind::secret_text:
            return "must be a text in quotes, or { file = \"path\" }";
        case key_kind::number:
            return "must be a whole number without quotes";
        case key_kind::truth:
            return "must be true or false without quotes";
    }
    return "";
}

void read_value(const key& row, const toml::node& node, const settings_file& file, gathered& into) {
    const std::string where = file.where(node.source(), row.name);
    const toml::table* table = node.as_table();
    if (row.rule.kind == key_kind::secret_text && table != nullptr && table->size() == 1 &&
        table->contains("file")) {
        into.given.insert(row.name);
        const std::string name = fmt::format("{}.file", row.name);
        if (const auto text = file.secret_in(*table->get("file"), name, into)) {
            into.set(row, *text, where);
        }
        return;
    }
    const auto text = text_of(node, row.rule.kind);
    if (!text) {
        into.given.insert(row.name);
        into.report(where, std::string(wanted(row.rule.kind)));
        return;
    }
    into.set(row, row.unit == "path" ? file.resolved(*text) : *text, where);
}

bool is_section(const std::string& name) {
    const auto keys = all_keys();
    return std::any_of(keys.begin(), keys.end(), [&](const key& each) {
        return each.name.rfind(name + ".", 0) == 0;
    });
}

void read_table(
    const toml::table& table,
    const std::string& path,
    const settings_file& file,
    gathered& into
) {
    for (const auto& [name, node] : table) {
        const std::string full =
            path.empty() ? std::string(name.str()) : fmt::format("{}.{}", path, name.str());
        if (full == "ingest.endpoints") {
            into.given.insert("ingest.endpoints");
            read_endpoints(node, file, into);
        } else if (full == "api.access.service_tokens") {
            read_service_tokens(node, file, into);
        } else if (const key* row = key_named(full)) {
            read_value(*row, node, file, into);
        } else if (node.is_table() && is_section(full)) {
            read_table(*node.as_table(), full, file, into);
        } else {
            into.report(
                file.where(name.source(), full),
                "is no setting; deploy/billhook.example.toml has them all"
            );
        }
    }
}

void read_file(const settings_input& from, const std::string& path, gathered& into) {
    const auto content = from.read_file(path);
    if (!content) {
        into.report(path, "cannot be read; --config must name a settings file (TOML)");
        return;
    }
    const settings_file file{path, from.read_file};
    try {
        read_table(toml::parse(*content, path), "", file, into);
    } catch (const toml::parse_error& error) {
        // What toml++ says may quote the line, and that line may hold a secret.
        into.report(
            fmt::format("{}:{}", path, error.source().begin.line),
            "is no TOML here; look for a missing quote or bracket"
        );
    }
}

bool needs_endpoints(const settings_input& from) {
    return from.process == process_kind::ingest ||
           std::find(from.required.begin(), from.required.end(), "ingest.endpoints") !=
               from.required.end();
}

void read_environment(const settings_input& from, gathered& into) {
    const auto variable = [&](const std::string& name) -> const std::string* {
        const auto found = from.environment.find(name);
        return found == from.environment.end() ? nullptr : &found->second;
    };
    const auto* const owner = variable("DATABASE_URL");
    if (owner != nullptr && from.process == process_kind::billhook) {
        into.set(*key_named("database.url"), *owner, "DATABASE_URL");
    }
    // The gateway and the worker hold no key of the API, also where their environment has one.
    const bool may_ask_stripe =
        from.process != process_kind::ingest && from.process != process_kind::worker;
    for (const auto& [name, of] : {
             std::pair{"STRIPE_SECRET_KEY", "stripe.secret_key"},
             std::pair{"STRIPE_API_BASE",   "stripe.api_base"  }
    }) {
        if (const std::string* text = may_ask_stripe ? variable(name) : nullptr) {
            into.set(*key_named(of), *text, name);
        }
    }
    for (const key& row : all_keys()) {
        const std::string name = environment_name(row);
        if (const std::string* text = variable(name)) {
            into.set(row, *text, name);
        }
    }
    const auto* const secrets = variable("STRIPE_WEBHOOK_SECRET");
    if (secrets != nullptr && needs_endpoints(from)) {
        into.given.insert("ingest.endpoints");
        read_webhook_secrets(*secrets, into);
    }
}

struct given_flag {
    const key* row;  // nullptr: --config
    std::string name;
    std::string value;
};

std::vector<given_flag> flags_of(const settings_input& from, gathered& into) {
    std::vector<given_flag> found;
    for (std::size_t at = 0; at < from.flags.size(); ++at) {
        const std::string& each = from.flags[at];
        const auto equals = each.find('=');
        const std::string name = each.substr(0, equals);
        const key* const row = key_of_flag(from.process, each);
        if (row == nullptr && name != "--config") {
            into.report(
                name.rfind("--", 0) == 0 ? name : "command line",
                name.rfind("--", 0) == 0 ? "is no flag; --help says where all are listed"
                                         : fmt::format("argument {} is one too many", at + 1)
            );
            // Its value, if it has one, is not worth a second line.
            const bool has_value = equals == each.npos && name.rfind("--", 0) == 0 &&
                                   at + 1 < from.flags.size() &&
                                   from.flags[at + 1].rfind("--", 0) != 0;
            at += has_value ? 1 : 0;
        } else if (equals != each.npos) {
            found.push_back({row, name, each.substr(equals + 1)});
        } else if (row != nullptr && row->rule.kind == key_kind::truth) {
            found.push_back({row, name, "true"});
        } else if (at + 1 < from.flags.size()) {
            found.push_back({row, name, from.flags[++at]});
        } else {
            into.report(name, "needs a value");
        }
    }
    return found;
}

std::optional<std::string> config_path(
    const settings_input& from,
    const std::vector<given_flag>& flags
) {
    std::optional<std::string> path;
    if (const auto found = from.environment.find("BILLHOOK_CONFIG");
        found != from.environment.end()) {
        path = found->second;
    }
    for (const given_flag& each : flags) {
        path = each.row == nullptr ? each.value : path;
    }
    return path;
}

void check_required(const settings_input& from, gathered& into) {
    for (const std::string_view name : from.required) {
        const key* const row = key_named(name);
        if (into.given.contains(name) || (row != nullptr && !row->standard.empty())) {
            continue;
        }
        if (row == nullptr) {
            into.report(
                std::string(name),
                "is missing; give [[ingest.endpoints]] in the file, or STRIPE_WEBHOOK_SECRET"
            );
            continue;
        }
        const bool is_owner = name == "database.url" && from.process == process_kind::billhook;
        into.report(
            std::string(name),
            fmt::format(
                "is missing; give it in the file, as {}{} or with {}",
                is_owner                      ? "DATABASE_URL, "
                : name == "stripe.secret_key" ? "STRIPE_SECRET_KEY, "
                                              : "",
                environment_name(*row),
                flag_name(*row)
            )
        );
    }
}

// What only shows when everything is there.
void check_together(gathered& into) {
    const settings& all = into.found;
    if (all.ingest.append_deadline >= all.kafka.message_timeout) {
        into.report(
            "ingest.append_deadline",
            "must be below kafka.message_timeout, or a 503 could hide a lost event"
        );
    }
    if (all.ingest.max_bytes_in_flight < all.ingest.max_body_bytes) {
        into.report(
            "ingest.max_bytes_in_flight",
            "must be at least ingest.max_body_bytes, or the largest bodies could never come in"
        );
    }
    if (all.ingest.max_unverified_bytes_per_address < all.ingest.max_body_bytes ||
        all.ingest.max_unverified_bytes < all.ingest.max_unverified_bytes_per_address) {
        into.report(
            "ingest.max_unverified_bytes_per_address",
            "must be from ingest.max_body_bytes to ingest.max_unverified_bytes"
        );
    }
    const std::string& mail_host = all.smtp.server.host;
    if (all.smtp.tls == "none" && mail_host != "127.0.0.1" && mail_host != "::1" &&
        mail_host != "localhost" && !mail_host.empty()) {
        into.report("smtp.tls", "none is for a server of this machine alone; use starttls or tls");
    }
    if (all.access.kind == "oidc" && !all.access.issuer.empty() && all.access.audience.empty()) {
        into.report(
            "api.access.audience", "is needed with oidc: a provider serves many applications"
        );
    }
    if (!all.page.folder.empty() && all.api.return_origins.empty()) {
        into.report(
            "api.return_origins",
            "must have the origin of the page (api.page.folder), for Stripe sends people back to it"
        );
    }
    if (!all.page.stripe_js.empty() && all.livemode) {
        into.report("api.page.stripe_js", "is for a demo; in live mode the script is Stripe's own");
    }
    const std::string& protocol = all.kafka.security_protocol;
    if (protocol.rfind("sasl", 0) == 0 &&
        (all.kafka.sasl_mechanism.empty() || all.kafka.sasl_username.empty() ||
         all.kafka.sasl_password.empty())) {
        into.report(
            "kafka.security_protocol",
            fmt::format("{} needs kafka.sasl_mechanism, sasl_username and sasl_password", protocol)
        );
    }
}

}  // namespace
}  // namespace settings_sources

std::string_view to_word(process_kind process) {
    switch (process) {
        case process_kind::ingest:
            return "billhook-ingest";
        case process_kind::worker:
            return "billhook-worker";
        case process_kind::notifier:
            return "billhook-notifier";
        case process_kind::api:
            return "billhook-api";
        case process_kind::billhook:
            return "billhook";
    }
    return "";
}

std::string to_text(const settings_problem& problem) {
    return problem.where + ": " + problem.text;
}

result<settings, std::vector<settings_problem>> read_settings(const settings_input& from) {
    using namespace settings_sources;
    gathered into;
    const auto flags = flags_of(from, into);
    if (const auto path = config_path(from, flags)) {
        read_file(from, *path, into);
    }
    read_environment(from, into);
    for (const auto& each : flags) {
        if (each.row != nullptr) {
            into.set(*each.row, each.value, each.name);
        }
    }
    finish_endpoints(into);
    check_required(from, into);
    check_together(into);
    if (into.problems.empty()) {
        return std::move(into.found);
    }
    return std::move(into.problems);
}

}  // namespace billhook
