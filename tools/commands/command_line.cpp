#include "tools/commands/command_line.hpp"

#include "schemas/io/process/arguments.hpp"
#include "schemas/settings/keys.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace billhook {

command_line::command_line(std::string name, std::string purpose, std::string examples)
    : app_(std::make_unique<CLI::App>(std::move(purpose), std::move(name))) {
    examples.erase(examples.find_last_not_of('\n') + 1);
    app_->footer(
        "Examples:\n" + examples +
        "\n\nSettings (--config FILE, --kafka-brokers, --database-url ...) may stand beside these "
        "flags;\nall of them: deploy/billhook.example.toml."
    );
    app_->get_formatter()->column_width(34);
}

command_line::~command_line() = default;

std::optional<exit_code> command_line::parse(arguments given) {
    of_settings_ = take_setting_flags(process_kind::billhook, given);
    std::reverse(given.begin(), given.end());  // CLI11 takes them from the back
    try {
        app_->parse(given);
    } catch (const CLI::Success& asked) {
        app_->exit(asked);
        return exit_code::done;
    } catch (const CLI::ParseError& wrong) {
        app_->exit(wrong);
        return exit_code::usage;
    }
    return std::nullopt;
}

std::variant<settings, exit_code> command_line::read_settings(std::vector<std::string_view> required
) const {
    return settings_or_problems(
        settings_input_from(process_kind::billhook, of_settings_, std::move(required))
    );
}

std::variant<settings, exit_code> command_line::read(
    arguments given,
    std::vector<std::string_view> required
) {
    if (const auto done = parse(std::move(given))) {
        return *done;
    }
    return read_settings(std::move(required));
}

}  // namespace billhook
