#pragma once

#include "tests/tools/recovery/simulated_stripe.hpp"
#include "tools/recovery/adoption.hpp"

#include <functional>

namespace billhook::simulator {

// Beside which account `billhook adopt` is typed, and into what it publishes.
struct taking_over {
    stripe::client& from;
    memory_worker& worker;
    clock& time;
    publisher& into;
    std::function<bool()> folded = [] { return true; };
};
// What it did; checks that it came to its end.
adoption_report taken_over(const taking_over& with);
// The worker folds at once.
adoption_report taken_over(stripe::client& from, memory_worker& worker, clock& time);

}  // namespace billhook::simulator
