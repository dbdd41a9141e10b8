#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/flag_set.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace billhook {

// The flags of one subcommand, its own and the settings:
//   command_line line("billhook status", "how far the log is folded", "  billhook status --json");
//   bool json = false;
//   line.flags().add_flag("--json", json, "for scripts");
//   const auto told = line.read(std::move(given), {"database.url"});  // --help, a wrong flag: done
//   if (const auto* code = std::get_if<exit_code>(&told)) { return *code; }
class command_line {
public:
    // `examples`: lines, each "  command   what it does"; shown by --help.
    command_line(std::string name, std::string purpose, std::string examples);
    ~command_line();

    [[nodiscard]] flag_set flags() { return flag_set(app_.get()); }
    // Flags that are settings are put aside for `read_settings`, wherever they stand; all others
    // are the subcommand's own. Prints help or what is wrong.
    [[nodiscard]] std::optional<exit_code> parse(arguments given);
    // File < environment < flags, without which of `required` the command cannot work. Prints what
    // is wrong, one line each.
    [[nodiscard]] std::variant<settings, exit_code> read_settings(
        std::vector<std::string_view> required
    ) const;
    // Both, where nothing lies between them.
    [[nodiscard]] std::variant<settings, exit_code> read(
        arguments given,
        std::vector<std::string_view> required
    );

private:
    std::unique_ptr<CLI::App> app_;
    arguments of_settings_;
};

}  // namespace billhook
