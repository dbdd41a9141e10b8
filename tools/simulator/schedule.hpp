#pragma once

#include "tools/simulator/objects.hpp"

#include <optional>
#include <string>
#include <vector>

// A subscription schedule as the simulated Stripe keeps it, without any API version.
namespace billhook::simulator {

// A part of a schedule: what its subscription has then, of one item.
struct schedule_phase {
    instant start{};
    instant end{};
    simulator::price price;
    std::int64_t quantity = 1;
};

// A subscription's, begun from it.
struct schedule {
    std::string id;
    std::string customer;
    std::string subscription;           // empty once it is released
    std::string released_subscription;  // empty until then
    std::string status = "active";
    bool cancels = false;  // after the last phase; else the subscription goes on without it
    bool dates = false;    // and shows the date on the subscription
    instant created{};
    std::vector<schedule_phase> phases;  // one after another
    std::size_t current = 0;             // of them
    std::optional<instant> over_at{};    // when it was completed, canceled or released
};

}  // namespace billhook::simulator
