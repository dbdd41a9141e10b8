#pragma once

#include "schemas/types/instant.hpp"
#include "tools/simulator/disorder.hpp"
#include "tools/simulator/scenario.hpp"

#include <string>
#include <vector>

// The files of `billhook simulate --write`.
namespace billhook {

// Writes into `folder`, which it makes: events/NNNNNN.json, the bodies in the order of delivery;
// deliveries.jsonl, what each is ({"file","event","organization","endpoint"}); organizations.jsonl,
// the rows that the application would have and the expected answer at the lives' end. Throws
// std::filesystem::filesystem_error or std::ios_base::failure.
void write_simulation(
    const std::string& folder,
    const std::vector<simulator::organization_life>& lives,
    const std::vector<simulator::planned_delivery>& plan,
    const catalogue& plans,
    instant end
);

// A line {"event","type","object"} for each event of the lives that the plan does not deliver.
// Throws std::ios_base::failure.
void write_lost(
    const std::string& file,
    const std::vector<simulator::organization_life>& lives,
    const std::vector<simulator::planned_delivery>& plan
);

}  // namespace billhook
