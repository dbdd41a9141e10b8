#pragma once

#include "tests/loads/attack.hpp"
#include "tests/loads/honest.hpp"

#include <cstddef>

namespace billhook::testing {

struct trial_plan {
    std::size_t clients = 0;    // of the attack; 0: as many as the load has
    std::size_t addresses = 1;  // from which they come; 0: from the honest clients' own
    honest_plan honest{};
};

struct trial {
    honest_figures idle;
    honest_figures attacked;
    std::size_t attackers_connections = 0;
};

// Honest clients alone, then beside the load, each for that long. Blocks.
[[nodiscard]] trial try_load(const target& to, const load& what, const trial_plan& plan);

// As many descriptors as this process may have.
void raise_descriptor_limit();

}  // namespace billhook::testing
