#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/plans/catalogue.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/flag_set.hpp"

#include <cstdint>
#include <string>

// `billhook bench latency` on the command line.
namespace billhook {

struct latency_flags {
    std::string gateway;
    std::int64_t worker = 0;
    std::string key;
    std::int64_t rate = 500;
    std::int64_t seconds = 20;
    std::uint64_t connections = 64;
    std::int64_t look_ms = 2;
};

void add_flags(flag_set own, latency_flags& into);

// Measures and prints. `unreachable` where the gateway does not answer or a process is not there.
[[nodiscard]] exit_code bench_latency(
    const latency_flags& told,
    const settings& all,
    const catalogue& plans,
    bool as_json
);

}  // namespace billhook
