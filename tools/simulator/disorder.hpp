#pragma once

#include "tools/simulator/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace billhook::simulator {

enum class delivery_order : std::uint8_t { generated, shuffled };

struct disorder_settings {
    std::uint64_t seed = 1;
    delivery_order order = delivery_order::generated;
    // Shares of all deliveries, 0 to 1. A duplicate is the same body again, up to the very end of
    // the run. Reordered: swapped with a neighbour a few places on, and seconds in which several
    // events lie are shuffled. Late: anywhere from then to the end of the run.
    double duplicates = 0.1;
    double reorder = 0.1;
    double late = 0.1;
    // Share of the events between these two instants that are never delivered, to no endpoint.
    double lost = 0;
    std::optional<instant> lost_from{};
    std::optional<instant> lost_to{};
};

// One POST to be made. `body` points into the lives, which must outlive it.
struct planned_delivery {
    const std::string* body = nullptr;
    const std::string* event = nullptr;  // its id
    std::size_t life = 0;                // index of the organization
    std::size_t endpoint = 0;
};

// Every event of every life for every endpoint (but the lost ones), once or more often, in the
// order in which to send. Without faults, `generated` is Stripe's own order: by `created`, within a
// second as made.
[[nodiscard]] std::vector<planned_delivery> plan_deliveries(
    std::span<const organization_life> lives,
    const disorder_settings& settings
);

}  // namespace billhook::simulator
