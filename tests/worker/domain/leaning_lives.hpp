#pragma once

#include <span>

// Lives whose end leans on what was known before a batch: told in this order, cut anywhere.
namespace billhook {

struct leaning_life {
    const char* name;
    const char* events;
};

[[nodiscard]] std::span<const leaning_life> leaning_lives();

}  // namespace billhook
