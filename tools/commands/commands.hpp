#pragma once

#include "schemas/io/process/exit_code.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// What follows a subcommand's name.
using arguments = std::vector<std::string>;

// A subcommand of `billhook`. `run` prints its answer to standard output and its complaints to
// standard error. What it throws, main turns into a line and an exit code.
struct command {
    std::string_view name;
    std::string_view purpose;  // its line in `billhook --help`
    exit_code (*run)(arguments given);
};

// In the order of the help.
[[nodiscard]] std::span<const command> all_commands();

// A file each, NAME.cpp.
[[nodiscard]] exit_code run_migrate(arguments given);
[[nodiscard]] exit_code run_doctor(arguments given);
[[nodiscard]] exit_code run_status(arguments given);
[[nodiscard]] exit_code run_events(arguments given);
[[nodiscard]] exit_code run_link(arguments given);
[[nodiscard]] exit_code run_unlink(arguments given);
[[nodiscard]] exit_code run_grant(arguments given);
[[nodiscard]] exit_code run_grants(arguments given);
[[nodiscard]] exit_code run_revoke(arguments given);
[[nodiscard]] exit_code run_audit(arguments given);
[[nodiscard]] exit_code run_notices(arguments given);
[[nodiscard]] exit_code run_plans(arguments given);
[[nodiscard]] exit_code run_replay(arguments given);
[[nodiscard]] exit_code run_promote(arguments given);
[[nodiscard]] exit_code run_projections(arguments given);
[[nodiscard]] exit_code run_dead_letters(arguments given);
[[nodiscard]] exit_code run_offsets(arguments given);
[[nodiscard]] exit_code run_explain(arguments given);
[[nodiscard]] exit_code run_forecast(arguments given);
[[nodiscard]] exit_code run_simulate(arguments given);
[[nodiscard]] exit_code run_send(arguments given);
[[nodiscard]] exit_code run_adopt(arguments given);
[[nodiscard]] exit_code run_backfill(arguments given);
[[nodiscard]] exit_code run_reconcile(arguments given);
[[nodiscard]] exit_code run_stripe_api(arguments given);
[[nodiscard]] exit_code run_token(arguments given);
[[nodiscard]] exit_code run_catalogue(arguments given);
[[nodiscard]] exit_code run_bench(arguments given);

}  // namespace billhook
