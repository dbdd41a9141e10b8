#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/flag_set.hpp"

#include <cstdint>
#include <string>
#include <vector>

// `billhook bench ingest` on the command line.
namespace billhook {

struct ingest_flags {
    std::vector<std::string> servers;
    std::string key;
    std::uint64_t bytes = 3'000;
    std::uint64_t connections = 64;
    std::int64_t seconds = 3;
    int rounds = 3;
};

void add_flags(flag_set own, ingest_flags& into);

// Measures and prints. `unreachable` where a server does not answer or its process is not there.
[[nodiscard]] exit_code bench_gateways(const ingest_flags& told, const settings& all, bool as_json);

}  // namespace billhook
