#pragma once

#include <string>
#include <vector>

// Worked lives: what an organization has at some instants, whatever the order of arrival.
namespace billhook {

struct worked_life {
    const char* name;
    std::string events;
    // "instant [without e1 e2 | only e1 e2] => plan, status, access, reason[, stale]; case; next".
    // Known are the events created by then.
    std::vector<std::string> answers;
};

[[nodiscard]] const std::vector<worked_life>& worked_lives();
// Those of them that a file of their own holds.
[[nodiscard]] const std::vector<worked_life>& lives_of_cases();
// A part of them: whose a subscription is, which one counts, what plan it gives, who is told.
[[nodiscard]] const std::vector<worked_life>& owners_lives();
[[nodiscard]] const std::vector<worked_life>& lives_of_grants();

}  // namespace billhook
