#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"

#include <fmt/format.h>

namespace billhook {
namespace {

std::string feature_text(const feature_value& value) {
    if (const bool* truth = std::get_if<bool>(&value)) {
        return *truth ? "yes" : "no";
    }
    const auto limit = std::get<std::int64_t>(value);
    return limit < 0 ? "unlimited" : std::to_string(limit);
}

std::string joined(const std::set<std::string>& names) {
    return fmt::format("{}", fmt::join(names, " "));
}

void print_plans(const catalogue& all) {
    text_table plans({"plan", "name", "matches", "grace", "restricted", "features"});
    for (const plan& each : all.plans) {
        std::set<std::string> matches = each.lookup_keys;
        matches.insert(each.prices.begin(), each.prices.end());
        matches.insert(each.products.begin(), each.products.end());
        std::string features;
        for (const auto& [name, value] : each.features) {
            features +=
                fmt::format("{}{}={}", features.empty() ? "" : " ", name, feature_text(value));
        }
        plans.add(
            {each.key,
             each.name,
             joined(matches),
             to_text(each.dunning.grace),
             to_text(each.dunning.restricted),
             features}
        );
    }
    fmt::print(
        "{}{} plans, trial of {} on {}, {} organizations with rules of their own\n",
        plans.text(),
        all.plans.size(),
        to_text(all.trial),
        all.trial_plan,
        all.organizations.size()
    );
}

}  // namespace

exit_code run_plans(arguments given) {
    command_line line(
        "billhook plans",
        "Check a file of plans: all mistakes at once, with line and key; exit code 2 if there is "
        "one.",
        "  billhook plans check deploy/plans.example.toml"
    );
    std::string path;
    CLI::App* check = line.app().add_subcommand("check", "read the file and show what it says");
    check->add_option("FILE", path, "the file")->required();
    line.app().require_subcommand(1);
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    const auto plans = read_plans_file(path);
    if (!plans) {
        return exit_code::usage;
    }
    print_plans(plans->plans);
    return exit_code::done;
}

}  // namespace billhook
