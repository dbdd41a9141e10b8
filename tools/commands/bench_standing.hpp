#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "tools/commands/bench_load_flags.hpp"

#include <cstdint>
#include <string>

// `billhook bench standing`: what `GET /v1/organizations/{org}/standing` costs servers that run
// here.
namespace billhook {

struct standing_flags {
    load_flags load;
    std::string token_file;
    std::int64_t organizations = 1'000;
};

void add_flags(flag_set own, standing_flags& into);

// Measures and prints. `unreachable` where a server does not answer or its process is not there.
[[nodiscard]] exit_code bench_standing(const standing_flags& told, bool as_json);

}  // namespace billhook
