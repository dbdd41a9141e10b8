#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/process/stop.hpp"
#include "schemas/plans/catalogue.hpp"
#include "schemas/settings/settings.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace billhook {

// plans.toml as the settings name it; all its problems go to standard error, one line each.
[[nodiscard]] std::variant<catalogue, exit_code> read_plans_file(const std::string& path);

// Waits until broker and database answer, at most `startup.wait`; says to the log what is missing
// and what to do, and if `plans` is not what is in force. The number is that of the partitions of stripe.events. `unreachable` if a server
// did not answer in time, `refused` if the database is not one that this program may write.
[[nodiscard]] std::variant<std::int32_t, exit_code> wait_for_servers(
    const settings& told,
    const catalogue& plans,
    const stop& wish,
    log& lines
);

// A name that no other consumer has: host, process id and a random part.
[[nodiscard]] std::string unique_holder();

}  // namespace billhook
