#pragma once

#include "schemas/plans/catalogue.hpp"
#include "tests/builders/life.hpp"
#include "tests/builders/memory_projection.hpp"
#include "worker/domain/standings.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a worker does with a projection in memory: batches and ticks, without any of its shell.
namespace billhook::builders {

// All that a life tells, in the order of its lines.
[[nodiscard]] std::vector<received> told_in(std::string_view life_lines);

// Both halves of one batch at the horizon `now`; returns what the second half wrote.
restated fold_in(
    memory_projection& tables,
    std::span<const received> events,
    const catalogue& plans,
    instant now
);

// The clock: everybody who is due at `now`.
restated tick(memory_projection& tables, const catalogue& plans, instant now);

// Everybody who has a standing at `now`, due or not.
restated assess_all(memory_projection& tables, const catalogue& plans, instant now);

// Whom the notices that `after` has sent and `before` had not told of a step that was recorded for
// them before, or sent to them under whatever key: every member of a notice's case counts, not only
// those recorded with it. Of a grant's end any subscription of the organization tells. A line each;
// empty is right (I6).
[[nodiscard]] std::vector<std::string> told_twice(
    const memory_projection& before,
    const memory_projection& after
);

// A moment of a life: "d36 00:05", "d30 02:00 without e1 e2", "d20 00:01 only e1 e3".
struct moment {
    instant now{};
    std::vector<received> known;  // the events created by then, less those left out
};
[[nodiscard]] moment moment_of(std::string_view line, std::span<const life_event> events);

}  // namespace billhook::builders
