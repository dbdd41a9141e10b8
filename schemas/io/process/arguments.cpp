#include "schemas/io/process/arguments.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

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

std::string footer_of(const program& what) {
    std::string text;
    if (!what.examples.empty()) {
        text += "Examples:\n" + std::string{what.examples} + "\n";
    }
    text +=
        "Every setting is a key of the file, an environment variable and a flag: kafka.brokers is\n"
        "BILLHOOK_KAFKA_BROKERS and --kafka-brokers; flags win over the environment, it over the\n"
        "file. All of them, with units and defaults: deploy/billhook.example.toml.";
    return text;
}

}  // namespace

std::string version_text() {
    return "billhook " + std::string{version};
}

settings_input settings_input_from(
    process_kind process, std::vector<std::string> flags, std::vector<std::string_view> required
) {
    settings_input made;
    made.process = process;
    made.flags = std::move(flags);
    made.environment = environment_now();
    made.read_file = content_of;
    made.required = std::move(required);
    return made;
}

std::variant<settings, exit_code> settings_or_problems(const settings_input& from) {
    auto read = read_settings(from);
    if (read) {
        return *std::move(read);
    }
    for (const auto& problem : read.error()) {
        std::fprintf(stderr, "%s\n", to_text(problem).c_str());
    }
    return exit_code::usage;
}

std::variant<settings, exit_code> read_arguments(
    const program& what, int argc, const char* const* argv
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
