#include "tests/builders/life.hpp"
#include "tests/streams/stream.hpp"
#include "worker/domain/fact_history.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <rapidcheck.h>
#include <vector>

// A history that grew fact by fact is what the whole set says.
namespace billhook {

namespace {

template <class Fact>
std::map<decltype(Fact::id), std::vector<Fact>> facts_by_object(const std::vector<received>& events
) {
    std::map<decltype(Fact::id), std::vector<Fact>> all;
    for (const auto& one : events) {
        if (const auto* event = std::get_if<stripe::event>(&one.what)) {
            if (const auto* fact = std::get_if<Fact>(&event->said)) {
                all[fact->id].push_back(*fact);
            }
        }
    }
    return all;
}

// Of two bodies under one event id the greater.
template <class Fact>
std::vector<Fact> set_of(const std::vector<Fact>& facts) {
    std::map<event_id, Fact> kept;
    for (const Fact& fact : facts) {
        const auto [at, first] = kept.try_emplace(fact.event, fact);
        if (!first && is_greater(fact, at->second)) {
            at->second = fact;
        }
    }
    std::vector<Fact> all;
    for (const auto& [event, fact] : kept) {
        all.push_back(fact);
    }
    return all;
}

template <class Fact>
void check_history(std::vector<Fact> facts, std::mt19937& random) {
    const auto all = set_of(facts);
    std::ranges::shuffle(facts, random);
    const fact_history<Fact> grown{std::span<const Fact>{facts}};
    const auto expected = pick(std::span<const Fact>{all});
    RC_ASSERT(grown.pick().fact->event == expected.fact->event);
    RC_ASSERT(grown.pick().ambiguous == expected.ambiguous);
    std::ranges::shuffle(facts, random);
    RC_ASSERT((fact_history<Fact>{std::span<const Fact>{facts}}.changed() == grown.changed()));
    // Stored and read again it is the same, and nothing of it has changed.
    const auto rows = grown.changed();
    const fact_history<Fact> again{std::span<const fact_row<Fact>>{rows}};
    RC_ASSERT(again.changed().empty());
    RC_ASSERT(again.pick().fact->event == expected.fact->event);
    if constexpr (std::is_same_v<Fact, stripe::subscription_fact>) {
        std::vector<event_id> last;
        for (const auto& row : rows) {
            if (row.last_of_second) {
                last.push_back(row.fact.event);
            }
        }
        std::vector<event_id> plain;
        for (const auto& second : last_of_each_second(all)) {
            plain.push_back(second.fact->event);
        }
        RC_ASSERT(last == plain);
    }
}

}  // namespace

TEST_CASE("fact history: grown in any order it says what its whole set says (I4)") {
    const bool held = rc::check("history", [] {
        const auto length = *rc::gen::inRange<std::size_t>(3, 60);
        const streams::room room{
            .objects = *rc::gen::inRange(1, 4),
            .events = static_cast<int>(length),
            .seconds = *rc::gen::element(2, 5, 40)};
        const auto choices =
            *rc::gen::container<std::vector<streams::choice>>(length, streams::any_choice(room));
        std::mt19937 random{*rc::gen::arbitrary<unsigned>()};
        const auto events = streams::events_from(choices);
        for (const auto& [id, facts] : facts_by_object<stripe::subscription_fact>(events)) {
            check_history(facts, random);
        }
        for (const auto& [id, facts] : facts_by_object<stripe::invoice_fact>(events)) {
            check_history(facts, random);
        }
        for (const auto& [id, facts] : facts_by_object<stripe::customer_fact>(events)) {
            check_history(facts, random);
        }
    });
    CHECK(held);
}

}  // namespace billhook
