#include "tests/simulation/sim_database.hpp"

#include <algorithm>

namespace billhook::simulation {

instant sim_database::horizon() const {
    if (offsets.size() < static_cast<std::size_t>(partitions)) {
        return instant{};
    }
    std::optional<instant> least;
    for (const auto& [which, row] : offsets) {
        if (!row.complete_to) {
            return instant{};
        }
        least = least ? std::min(*least, *row.complete_to) : *row.complete_to;
    }
    return least.value_or(instant{});
}

std::int64_t sim_database::deliveries() const {
    std::int64_t sum = 0;
    for (const auto& [id, row] : tables.journal()) {
        sum += row.deliveries;
    }
    return sum;
}

std::int64_t sim_database::consumed() const {
    std::int64_t sum = 0;
    for (const auto& [which, row] : offsets) {
        sum += row.next_offset;
    }
    return sum;
}

std::vector<std::string> sim_database::dump() const {
    std::vector<std::string> lines = tables.dump();
    for (const auto& [at, letter] : dead_letters) {
        lines.push_back(
            "dead_letters " + std::to_string(at.partition) + " " + std::to_string(at.offset) + " " +
            letter.reason
        );
    }
    std::ranges::sort(lines);
    return lines;
}

}  // namespace billhook::simulation
