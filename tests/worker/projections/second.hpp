#pragma once

#include "tests/worker/ledger/fixture.hpp"
#include "worker/projections/building.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>

namespace billhook::tests {

inline constexpr std::array<std::int64_t, partitions> from_the_start{};

// A projection named `second` beside the live one, empty, that reads the log from its start.
inline void build_second(const builders::database& db) {
    postgres::connection owner(db.as("billhook_owner"));
    REQUIRE(take_up_building(owner, "second", stripe_events, from_the_start).has_value());
}

}  // namespace billhook::tests
