#pragma once

#include "tests/builders/life.hpp"
#include "tests/worker/ledger/fixture.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

namespace billhook::tests {

// All of a life as one batch of the last partition, everything up to `horizon` being read.
inline void live_through(books& mine, std::string_view life, instant horizon) {
    std::vector<received> events;
    for (auto& event : builders::life(life)) {
        events.push_back(std::move(event.what));
    }
    claim held;
    for (std::int32_t number = 0; number < partitions; ++number) {
        held = mine.ledger.take_over({stripe_events, number});
        const auto unit = mine.ledger.begin({held, held.next_offset, std::nullopt, horizon});
        REQUIRE(unit);
        unit->commit();
    }
    const auto count = static_cast<std::int64_t>(events.size());
    const auto unit =
        mine.ledger.begin({held, held.next_offset + count, std::nullopt, std::nullopt});
    REQUIRE(unit);
    REQUIRE(unit->horizon() == horizon);
    const auto folded = fold(unit->load(unit->lock_customers(keys_of(events))), events);
    unit->store(folded, {});
    const std::vector<organization_id> touched(
        folded.organizations.begin(), folded.organizations.end()
    );
    unit->store(assess_each(unit->load(unit->lock_standings(touched)), unit->plans(), horizon));
    unit->commit();
}

}  // namespace billhook::tests
