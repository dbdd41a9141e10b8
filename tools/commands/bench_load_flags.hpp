#pragma once

#include "tools/commands/bench_servers.hpp"
#include "tools/commands/flag_set.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What the benches of servers have in common on the command line.
namespace billhook {

struct load_flags {
    std::vector<std::string> servers;
    std::uint64_t connections = 64;
    std::int64_t seconds = 3;
    int rounds = 3;
};

void add_flags(flag_set own, load_flags& into);
// Nothing if one cannot be read; then it was said.
[[nodiscard]] std::optional<std::vector<measured_server>> servers_from(const load_flags& told);
[[nodiscard]] measuring measuring_from(const load_flags& told);

}  // namespace billhook
