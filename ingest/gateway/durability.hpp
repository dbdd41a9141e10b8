#pragma once

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/process/exit_code.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/process/stop.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace billhook {

// What is asked of the log of record before anything is accepted for it.
struct durability_demand {
    kafka::client_settings client;
    std::string topic;
    std::chrono::milliseconds wait{};  // for brokers and topic to be there
    bool allow_weak = false;
};

// Blocks until the brokers have said that what they acknowledge is kept: nullopt. Else how to exit,
// with the reasons in the log: `unreachable` after the wait, `refused` for a topic whose settings
// could lose acknowledged events (or, if that is allowed, whose other settings do not fit), `done`
// if a stop was wished for.
[[nodiscard]] std::optional<exit_code> require_durable_log(
    const durability_demand& what,
    const stop& wish,
    log& to
);

}  // namespace billhook
