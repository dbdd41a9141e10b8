#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/io/process/plans_file.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/plans_constants.hpp"
#include "tools/commands/plans_difference.hpp"
#include "tools/commands/plans_trial.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"
#include "tools/simulator/progress.hpp"
#include "worker/projections/change_plans.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace billhook {
namespace {

std::string joined(const std::set<std::string>& names) {
    return fmt::format("{}", fmt::join(names, " "));
}

std::string names_of(const price_lists& sold_by) {
    std::set<std::string> names = sold_by.lookup_keys;
    names.insert(sold_by.prices.begin(), sold_by.prices.end());
    names.insert(sold_by.products.begin(), sold_by.products.end());
    return joined(names);
}

std::string words_of(const feature_map& features, const per_quantity_map& counted = {}) {
    std::string words;
    for (const auto& [name, value] : features) {
        words += fmt::format("{}{}={}", words.empty() ? "" : " ", name, to_words(value));
        if (const auto each = counted.find(name); each != counted.end()) {
            words += fmt::format("+{} each", each->second);
        }
    }
    return words;
}

void print_plans(const catalogue& all) {
    text_table plans({"plan", "name", "matches", "grace", "restricted", "features"});
    for (const plan& each : all.plans) {
        plans.add(
            {each.key,
             each.name,
             names_of(each),
             to_text(each.dunning.grace),
             to_text(each.dunning.restricted),
             words_of(each.features, each.per_quantity)}
        );
    }
    for (const addon& each : all.addons) {
        plans.add({"+ " + each.key, "", names_of(each), "", "", words_of(each.features)});
    }
    tell(
        "{}{} plans, {} add-ons, trial of {} on {}, prices of no list: {}, without access: {}, {} "
        "organizations with rules of their own\n",
        own_lines{plans.text()},
        all.plans.size(),
        all.addons.size(),
        to_text(all.trial),
        all.trial_plan,
        all.unlisted_plan.value_or("no plan"),
        all.fallback_plan.value_or("nothing"),
        all.organizations.size()
    );
}

struct wish {
    std::string path;
    int days = 90;
    bool yes = false;
    bool as_json = false;
    bool typescript = false;
    bool python = false;
    bool go = false;
    act_flags act;
};

exit_code print_constants(const catalogue& plans, const wish& what) {
    if (int{what.typescript} + int{what.python} + int{what.go} != 1) {
        warn("billhook plans constants: one of --typescript, --python and --go, please\n");
        return exit_code::usage;
    }
    const auto text = constants_file(
        plans,
        what.typescript ? constants_language::typescript
        : what.python   ? constants_language::python
                        : constants_language::go
    );
    if (!text) {
        const same_constant both = text.error();
        warn(
            "billhook plans constants: {} and {} would both be {}: rename one\n",
            both.first,
            both.second,
            both.constant
        );
        return exit_code::usage;
    }
    tell("{}", own_lines{*text});
    return exit_code::done;
}

// The plans in force, as they were written.
exit_code show(const settings& told) {
    postgres::connection database(database_of(told));
    pqxx::read_transaction in(database.raw());
    const auto in_force = postgres::plans_in_force(in);
    tell(
        "# version {}, since {}\n{}",
        in_force.version,
        to_rfc3339(in_force.applied_at),
        own_lines{in_force.text.toml}
    );
    return exit_code::done;
}

exit_code attempt(const settings& told, const plans_text& next, const wish& what) {
    postgres::connection database(database_of(told));
    const auto trial = try_plans(database, next.plans, what.days);
    tell("{}", own_lines{what.as_json ? trial.json() + "\n" : trial.text()});
    return exit_code::done;
}

exit_code apply(const settings& told, const plans_text& next, const wish& what) {
    postgres::connection database(database_of(told));
    const auto trial = try_plans(database, next.plans, 0);
    if (trial.keys.empty()) {
        tell("version {} of the plans says the same and stays in force\n", trial.version);
        return exit_code::done;
    }
    tell("{}", own_lines{what.as_json ? trial.json() + "\n" : trial.text()});
    if (!what.yes) {
        warn("Nothing was changed. --yes puts the file in force.\n");
        return exit_code::no;
    }
    simulator::progress progress("applying");
    const auto done = change_plans(
        database,
        {.next = next, .from_version = trial.version, .by = acting_of(what.act)},
        [&](std::size_t assessed) { progress.show(assessed, trial.organizations); }
    );
    if (!done) {
        warn("billhook plans apply: {}\n", to_text(done.error()));
        return exit_code::refused;
    }
    warn(
        "Version {} is in force; {} organizations assessed, {} answers changed, {} notices.\n",
        done->version,
        done->organizations,
        done->changed,
        done->notices
    );
    for (const std::string& name : done->to_replay) {
        warn("The projection {} needs billhook replay --into {} again.\n", name, name);
    }
    return exit_code::done;
}

}  // namespace

exit_code run_plans(arguments given) {
    command_line line(
        "billhook plans",
        "The plans and the dunning policy: check a file, see what it would mean, put it in force. "
        "Exit code 2\nif the file has a mistake; all of them are told at once, with line and key.",
        "  billhook plans check deploy/plans.example.toml\n"
        "  billhook plans show                 the file in force, as it was applied\n"
        "  billhook plans constants --typescript plans.toml >billing.ts   names that a compiler "
        "checks\n"
        "  billhook plans try plans.toml       what it would mean today and in the last 90 days\n"
        "  billhook plans apply plans.toml     what would change; with --yes it then does\n"
    );
    wish what;
    flag_set check = line.flags().add_subcommand("check", "read the file and show what it says");
    flag_set constants = line.flags().add_subcommand(
        "constants", "a source file of the features' and plans' names: one of the three languages"
    );
    flag_set shown = line.flags().add_subcommand("show", "the plans in force");
    flag_set trial = line.flags().add_subcommand("try", "only show what the file would mean");
    flag_set applied = line.flags().add_subcommand("apply", "put the file in force");
    for (flag_set each : {check, constants, trial, applied}) {
        each.add_option("FILE", what.path, "the file").required();
    }
    for (flag_set each : {trial, applied}) {
        each.add_flag("--json", what.as_json, "one JSON object");
    }
    constants.add_flag("--typescript", what.typescript, "for TypeScript");
    constants.add_flag("--python", what.python, "for Python");
    constants.add_flag("--go", what.go, "for Go, package billing");
    trial.add_option("--days", what.days, "of the past; 0: today alone").shown().within(0, 3650);
    applied.add_flag("--yes", what.yes, "do it; else only show what would change");
    add_act_flags(applied, what.act, false);
    line.flags().require_subcommand();
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    if (!check_act(what.act, false)) {
        return exit_code::usage;
    }
    const auto plans =
        shown.parsed() ? std::optional<plans_text>{plans_text{}} : read_plans_file(what.path);
    if (!plans) {
        return exit_code::usage;
    }
    if (check.parsed()) {
        print_plans(plans->plans);
        return exit_code::done;
    }
    if (constants.parsed()) {
        return print_constants(plans->plans, what);
    }
    const auto told = line.read_settings({"database.url"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    if (shown.parsed()) {
        return show(all);
    }
    return trial.parsed() ? attempt(all, *plans, what) : apply(all, *plans, what);
}

}  // namespace billhook
