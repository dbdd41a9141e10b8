#pragma once

#include "tests/simulation/faults.hpp"
#include "tests/simulation/sim_database.hpp"

#include <functional>
#include <string_view>

namespace billhook::simulation {

// One simulated connection: dead once it broke, and so is every object over it.
struct sim_connection {
    sim_database& database;
    faults& weather;
    bool broken = false;

    // What every port call does first: throws as a fault says, or since the connection is dead.
    void call(std::string_view name);
    // A COMMIT that does `what`, or not, or does it and then loses its answer.
    void land(std::string_view name, const std::function<void()>& what);
    [[noreturn]] void break_down(const char* why);
};

}  // namespace billhook::simulation
