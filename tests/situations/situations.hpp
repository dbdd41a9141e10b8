#pragma once

#include "schemas/messages/mapping.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "tests/situations/scene.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Situations in which a payer was given a wrong answer somewhere: told of in public bug reports of
// other processors, lived here by the simulated Stripe. By the plans of example_plans().
namespace billhook::situations {

struct situation {
    std::string name;
    void (*happens)(scene& on);
    // What the organization has at the end, however it arrives: "plan, status, access, reason[,
    // in dunning][, stale][, unlisted]; N patients[, notes]".
    std::string ours;
    // Of the organization that somebody named by mistake; empty: it is nowhere.
    std::string other{};
    // A step of which nobody is told if it arrives as it happened; empty: not looked at.
    std::string untold{};
};
[[nodiscard]] std::span<const situation> situations();

struct told_situation {
    organization_id ours;
    organization_id other;
    std::vector<std::string> bodies;  // of the events, as they happened
    std::optional<mapping> row;       // what the sweep says of the application's table
};
// Lived up to `end`; `number` keeps the ids of one apart from those of another.
[[nodiscard]] told_situation told(const situation& which, std::size_t number, instant end);

}  // namespace billhook::situations
