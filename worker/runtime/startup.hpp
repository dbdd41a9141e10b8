#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/process/exit_code.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/process/stop.hpp"
#include "schemas/settings/settings.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

namespace billhook {

// What a process needs before it starts.
struct wanted_servers {
    const settings& told;
    std::string application_name;  // as pg_stat_activity shows it
    const char* topic;             // that it reads
    // Looks whether the database is one that the process may work with, until it once did not
    // throw; throws what the database throws.
    std::function<void(postgres::connection&)> look;
};

// Waits until broker and database answer, at most `startup.wait`, and says to the log what is
// missing and what to do. The number is that of the topic's partitions. `unreachable` if a server
// did not answer in time, `refused` if the database is not one to work with, `done` on a stop.
[[nodiscard]] std::variant<std::int32_t, exit_code> wait_for_servers(
    const wanted_servers& what,
    const stop& wish,
    log& lines
);

// A name that no other consumer has: host, process id and a random part.
[[nodiscard]] std::string unique_holder();

}  // namespace billhook
