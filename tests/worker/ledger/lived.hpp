#pragma once

#include "tests/builders/living.hpp"
#include "tests/worker/ledger/fixture.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::tests {

// Lines of a life for each of `count` organizations; {0} is the organization's number.
inline std::vector<received> lives_like(const char* lines, int from, int count) {
    std::vector<received> events;
    for (int each = from; each < from + count; ++each) {
        std::ranges::move(
            builders::told_in(fmt::format(fmt::runtime(lines), each)), std::back_inserter(events)
        );
    }
    return events;
}

// The example's, with another grace.
inline plans_text example_plans_with_grace(const std::string& span) {
    plans_text text = builders::example_plans_text();
    const std::string was = "grace = \"7d\"";
    text.toml.replace(text.toml.find(was), was.size(), "grace = \"" + span + "\"");
    text.plans = *read_plans(text.toml);
    return text;
}

// All of a life as one batch of the last partition, everything up to `horizon` being read.
inline void live_through(books& mine, std::string_view life, instant horizon) {
    const auto events = builders::told_in(life);
    claim held;
    for (std::int32_t number = 0; number < partitions; ++number) {
        held = mine.ledger.take_over({stripe_events, number});
        const auto unit = mine.ledger.begin({held, held.next_offset, std::nullopt, horizon});
        REQUIRE(unit);
        unit->commit();
    }
    const auto count = static_cast<std::int64_t>(events.size());
    const auto unit = mine.ledger.begin({held, held.next_offset + count});
    REQUIRE(unit);
    REQUIRE(unit->horizon() == horizon);
    const auto touched = store_folded(*unit, events);
    unit->store(assess_each(unit->load(unit->lock_standings(touched)), unit->plans(), horizon));
    unit->commit();
}

}  // namespace billhook::tests
