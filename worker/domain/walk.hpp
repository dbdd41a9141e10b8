#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace billhook {

// One fact's word of what happened: the object went from one content to another. Contents are
// numbered by the caller; equal contents have equal numbers.
struct move {
    std::size_t from = 0;
    std::size_t to = 0;
    friend bool operator==(const move&, const move&) = default;
};

// Where a walk that starts at `start` and makes every move once must end; nullopt if there is no
// such walk, or if two readings disagree. Facts that tell the same move may be one move told twice
// or two moves: every reading is tried, and those that cannot be walked are dropped. Moves that go
// nowhere (`from == to`) are not moves.
[[nodiscard]] std::optional<std::size_t> end_of_walk(
    std::span<const move> moves,
    std::size_t start
);

}  // namespace billhook
