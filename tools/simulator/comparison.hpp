#pragma once

#include "tools/simulator/scenario.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace billhook::simulator {

// What Billhook's view shows of an organization.
struct shown_answer {
    answer is;
    instant as_of{};
};
using shown_answers = std::map<organization_id, shown_answer>;

struct answer_difference {
    organization_id organization;
    std::string life;  // its name
    instant as_of{};
    answer expected;
    std::optional<answer> shown;  // empty: not in the view
};

struct comparison {
    std::size_t compared = 0;
    std::map<std::pair<std::string, std::string>, std::size_t> counts;  // by plan and reason shown
    std::vector<answer_difference> differences;
};

// Each organization's answer at its own `as_of`. One that the view does not have is a difference.
[[nodiscard]] comparison compare(
    std::span<const organization_life> lives,
    const catalogue& plans,
    const shown_answers& shown
);

// Tables for people: counts by plan and reason; each difference with both answers.
[[nodiscard]] std::string to_text(const comparison& of);
[[nodiscard]] std::string to_json(const comparison& of);

// Adds `pending_change` as billing.organization_access shows it, or null.
void add_waiting(boost::json::object& to, const std::optional<waiting_change>& of);

}  // namespace billhook::simulator
