#include "schemas/io/process/arguments.hpp"

#include "schemas/settings/keys.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace billhook {
namespace {

constexpr std::string_view version = "0.1.0";
constexpr std::size_t file_limit = 1024 * 1024;

std::map<std::string, std::string> environment_now() {
    std::map<std::string, std::string> all;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        const std::string_view line{*each};
        const auto equals = line.find('=');
        if (equals != line.npos) {
            all.emplace(line.substr(0, equals), line.substr(equals + 1));
        }
    }
    return all;
}

// Nothing if it cannot be read, is no file, or is larger than any settings are.
std::optional<std::string> content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(file_limit + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    const auto size = static_cast<std::size_t>(file.gcount());
    if (!file.eof() || size > file_limit) {
        return std::nullopt;
    }
    text.resize(size);
    return text;
}

// The settings that this process reads: not those of another one's own sections.
bool concerns(process_kind process, std::string_view name) {
    const auto any_of = [name](std::initializer_list<std::string_view> sections) {
        return std::ranges::any_of(sections, [name](auto each) { return name.starts_with(each); });
    };
    switch (process) {
        case process_kind::ingest:
            return !any_of({"worker.", "database.", "stripe.", "smtp.", "notifier.", "api."});
        case process_kind::worker:
            return !any_of({"ingest.", "stripe.", "smtp.", "notifier.", "api."});
        case process_kind::notifier:
            return !any_of({"ingest.", "worker.", "api."});
        case process_kind::api:
            return !any_of({"ingest.", "worker.", "smtp.", "notifier.", "reconcile."});
        case process_kind::billhook:
            return true;
    }
    return true;
}

std::string footer_of(const program& what) {
    std::string text;
    if (!what.examples.empty()) {
        text += "Examples:\n" + std::string{what.examples} + "\n";
    }
    return text + settings_help(what.process);
}

bool holds_secret(std::string_view text, const settings& told) {
    std::vector<const secret*> all{
        &told.kafka.sasl_password,
        &told.kafka.key_password,
        &told.database.url,
        &told.stripe.secret_key,
        &told.smtp.password};
    for (const auto& endpoint : told.ingest.endpoints) {
        for (const auto& each : endpoint.secrets) {
            all.push_back(&each.value);
        }
    }
    return std::any_of(all.begin(), all.end(), [&](const secret* each) {
        return !each->empty() && text.find(each->reveal()) != text.npos;
    });
}

}  // namespace

std::string settings_help(process_kind process) {
    std::string text =
        "Settings: kafka.brokers is that key in the file, BILLHOOK_KAFKA_BROKERS in the "
        "environment\n"
        "and --kafka-brokers here; flags win over the environment, it over the file.\n";
    for (const auto& each : all_keys()) {
        if (!concerns(process, each.name)) {
            continue;
        }
        const auto standard =
            each.standard.empty() ? std::string{} : fmt::format(" [{}]", each.standard);
        text += fmt::format("  {:<38} {}{}\n", flag_name(each), each.help, standard);
    }
    return text;
}

std::string version_text() {
    return "billhook " + std::string{version};
}

settings_input settings_input_from(
    process_kind process,
    std::vector<std::string> flags,
    std::vector<std::string_view> required
) {
    settings_input made;
    made.process = process;
    made.flags = std::move(flags);
    made.environment = environment_now();
    made.read_file = content_of;
    made.required = std::move(required);
    return made;
}

std::vector<std::string> open_to_all(
    const settings& told,
    const std::map<std::string, std::string>& files
) {
    std::vector<std::string> found;
    for (const auto& [path, content] : files) {
        struct stat what {};
        if (holds_secret(content, told) && ::stat(path.c_str(), &what) == 0 &&
            (what.st_mode & S_IROTH) != 0) {
            found.push_back(path);
        }
    }
    return found;
}

std::variant<settings, exit_code> settings_or_problems(const settings_input& from) {
    std::map<std::string, std::string> files;
    auto noting = from;
    noting.read_file = [&](const std::string& path) {
        auto content = from.read_file(path);
        if (content) {
            files.emplace(path, *content);
        }
        return content;
    };
    auto read = read_settings(noting);
    if (read) {
        for (const auto& path : open_to_all(*read, files)) {
            std::fprintf(
                stderr, "%s: holds a secret and everybody may read it: chmod 600\n", path.c_str()
            );
        }
        return *std::move(read);
    }
    for (const auto& problem : read.error()) {
        std::fprintf(stderr, "%s\n", to_text(problem).c_str());
    }
    return exit_code::usage;
}

std::variant<settings, exit_code> read_arguments(
    const program& what,
    int argc,
    const char* const* argv
) {
    CLI::App app{std::string{what.purpose}, std::string{to_word(what.process)}};
    app.footer(footer_of(what));
    app.set_version_flag("--version", version_text());
    app.add_option("--config", "the settings file (TOML)")->type_name("FILE");
    app.allow_extras();  // all other flags are settings, which read_settings knows
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        app.exit(asked);
        return exit_code::done;
    } catch (const CLI::ParseError& wrong) {
        app.exit(wrong);
        return exit_code::usage;
    }
    return settings_or_problems(
        settings_input_from(what.process, {argv + 1, argv + argc}, what.required)
    );
}

}  // namespace billhook
