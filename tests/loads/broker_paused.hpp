#pragma once

#include "tests/loads/honest.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <sys/types.h>
#include <vector>

namespace billhook::testing {

struct pause_plan {
    pid_t broker = 0;   // is stopped, and goes on
    pid_t gateway = 0;  // whose memory is read
    std::chrono::seconds how_long{20};
    honest_plan honest{.clients = 64, .between = std::chrono::milliseconds{200}};
};

// What became of honest clients whose gateway's broker stood still. Each event that was refused is
// sent again afterwards, as Stripe does, though sooner.
struct pause_trial {
    honest_figures before;
    honest_figures meanwhile;
    honest_figures after;  // begun when all that was refused is served
    std::size_t refused = 0;
    std::size_t served_again = 0;
    std::vector<std::string> served_at_once;  // ids of all phases, by their first try
    std::vector<std::string> served_later;
    std::size_t memory_before = 0;  // the gateway's most so far, KiB
    std::size_t memory_after = 0;

    // Nothing was refused but by 503 with Retry-After, and all is served at last.
    [[nodiscard]] bool holds() const;
};

// Blocks for the pause and as long again. Throws std::system_error if there is no such process.
[[nodiscard]] pause_trial try_pause(const target& to, const pause_plan& plan);

// A gateway elsewhere: its URL (http://ADDRESS:PORT/PATH) and one of its secrets. Throws
// std::invalid_argument.
[[nodiscard]] target target_at(const std::string& url, const std::string& secret_text);

}  // namespace billhook::testing
