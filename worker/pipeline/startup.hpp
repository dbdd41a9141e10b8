#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/process/stop.hpp"
#include "schemas/plans/catalogue.hpp"
#include "schemas/settings/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace billhook {

// The number of a topic's partitions, if Kafka answers within seconds and has the topic; where
// `say` is set the log is told what is missing and what to do.
[[nodiscard]] std::optional<std::int32_t> partitions_of(
    const settings& told,
    const char* topic,
    log& lines,
    bool say
);

// Waits until broker and database answer, at most `startup.wait`; says to the log what is missing
// and what to do, and if `plans` is not what is in force. The number is that of the partitions of
// stripe.events. `unreachable` if a server did not answer in time, `refused` if the database is not
// one that this program may write.
[[nodiscard]] std::variant<std::int32_t, exit_code> wait_for_servers(
    const settings& told,
    const catalogue& plans,
    const stop& wish,
    log& lines
);

// A name that no other consumer has: host, process id and a random part.
[[nodiscard]] std::string unique_holder();

}  // namespace billhook
