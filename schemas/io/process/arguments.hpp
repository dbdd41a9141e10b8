#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/settings/read_settings.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace billhook {

// What a process says about itself on --help.
struct program {
    process_kind process{};
    std::string_view purpose;                // one line
    std::string_view examples;               // lines, each "  command   what it does"
    std::vector<std::string_view> required;  // settings without which it cannot run
};

// The one place that looks at argv, the environment and the settings file. Prints --help and
// --version to standard output, problems to standard error, one line each, and then says how to
// exit. Not while other threads run (the environment).
[[nodiscard]] std::variant<settings, exit_code> read_arguments(
    const program& what,
    int argc,
    const char* const* argv
);

// For subcommands, which parse flags of their own and pass on those that are settings: the
// environment as it is, files from the disk (at most 1 MiB), the given flags.
[[nodiscard]] settings_input settings_input_from(
    process_kind process,
    std::vector<std::string> flags,
    std::vector<std::string_view> required
);
// Reads the settings or prints the problems to standard error: exit_code::usage then. Warns there
// of a file with a secret that everybody may read.
[[nodiscard]] std::variant<settings, exit_code> settings_or_problems(const settings_input& from);

// Of these files, contents by path, those that hold one of the secrets and that every account of
// the machine may read.
[[nodiscard]] std::vector<std::string> open_to_all(
    const settings& told,
    const std::map<std::string, std::string>& files
);

// The settings that concern a process, a line each with its flag, meaning and default.
[[nodiscard]] std::string settings_help(process_kind process);
// "billhook 0.1.0".
[[nodiscard]] std::string version_text();

}  // namespace billhook
