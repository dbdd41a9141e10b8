#pragma once

#include "schemas/plans/catalogue.hpp"

#include <string>
#include <vector>

namespace billhook {

// What one of the pure parts takes, and something of the same size beside it.
struct part_cost {
    std::string part;
    double ns = 0;  // CPU time, an event or an organization
    std::string beside;
    double beside_ns = 0;

    [[nodiscard]] double ratio() const { return ns / beside_ns; }
};

// The parts that know no socket and no database, over a thousand events of simulated lives: the
// signature, the reading of the gateway and of the worker, the fold, the standings. Blocks for
// seconds; not twice at once, for Google Benchmark's registry is the process'.
[[nodiscard]] std::vector<part_cost> measure_parts(const catalogue& plans);

// For people, and as one JSON object.
[[nodiscard]] std::string text_of(const std::vector<part_cost>& all);
[[nodiscard]] std::string json_of(const std::vector<part_cost>& all);

}  // namespace billhook
