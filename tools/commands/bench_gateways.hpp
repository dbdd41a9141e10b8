#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/bench_load_flags.hpp"

#include <cstdint>
#include <string>

// `billhook bench ingest` on the command line.
namespace billhook {

struct ingest_flags {
    load_flags load;
    std::string key;
    std::uint64_t bytes = 3'000;
};

void add_flags(flag_set own, ingest_flags& into);

// Measures and prints. `unreachable` where a server does not answer or its process is not there.
[[nodiscard]] exit_code bench_gateways(const ingest_flags& told, const settings& all, bool as_json);

}  // namespace billhook
