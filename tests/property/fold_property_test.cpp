#include "tests/builders/living.hpp"
#include "tests/streams/stream.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <rapidcheck.h>
#include <vector>

// Whatever the set of events is, its order must not matter.
namespace billhook {

namespace {

using builders::day;
using builders::memory_projection;
using streams::any_choice;
using streams::choice;
using streams::events_from;

const catalogue example_plans = [] {
    auto plans = builders::example_plans();
    plans.grant_notice = std::chrono::days{2};
    return plans;
}();

// `now` comes last to all; what happens on the way must leave no trace.
memory_projection told(
    const std::vector<received>& events,
    std::size_t largest_batch,
    std::mt19937& random,
    instant now
) {
    memory_projection tables;
    for (std::size_t from = 0; from < events.size();) {
        const auto size = std::min(1 + random() % largest_batch, events.size() - from);
        const auto before = tables;
        builders::fold_in(
            tables,
            std::span{events}.subspan(from, size),
            example_plans,
            now - std::chrono::days{random() % 40}
        );
        RC_ASSERT(builders::told_twice(before, tables).empty());
        from += size;
    }
    const auto before = tables;
    builders::assess_all(tables, example_plans, now);
    RC_ASSERT(builders::told_twice(before, tables).empty());
    return tables;
}

// Another order of the same events, a quarter of them twice.
std::vector<received> told_otherwise(const std::vector<received>& events, std::mt19937& random) {
    auto shuffled = events;
    for (std::size_t i = 0; i < events.size() / 4; ++i) {
        shuffled.push_back(events[random() % events.size()]);
    }
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    return shuffled;
}

void check_standings(const memory_projection& tables) {
    for (const auto& [organization, stored] : tables.standings()) {
        RC_ASSERT(assess(tables.load(organization), example_plans, stored.as_of) == stored);
    }
}

}  // namespace

TEST_CASE("fold: any order and cutting and repetition of any stream ends in the same tables (I4)") {
    const auto now = day("d45 00:00");
    const bool held = rc::check("I4", [&] {
        const auto choices = *rc::gen::container<std::vector<choice>>(any_choice());
        const auto seed = *rc::gen::arbitrary<unsigned>();
        std::mt19937 random{seed};
        const auto events = events_from(choices);
        const auto first = told(events, 5, random, now).dump();
        for (int again = 0; again < 6; ++again) {
            const auto tables = told(told_otherwise(events, random), 5, random, now);
            RC_ASSERT(tables.dump() == first);
            check_standings(tables);
        }
    });
    CHECK(held);
}

TEST_CASE("fold: what is not read makes no difference (I4)") {
    const auto now = day("d65 00:00");
    const bool held = rc::check("reading less", [&] {
        const auto length = *rc::gen::inRange<std::size_t>(5, 120);
        const streams::room room{
            .objects = *rc::gen::inRange(1, 4),
            .events = static_cast<int>(length),
            .seconds = *rc::gen::element(3, 12, 80)};
        const auto choices = *rc::gen::container<std::vector<choice>>(length, any_choice(room));
        std::mt19937 random{*rc::gen::arbitrary<unsigned>()};
        const auto events = told_otherwise(events_from(choices), random);
        memory_projection tables;
        memory_projection whole;
        whole.read_everything();
        for (std::size_t from = 0; from < events.size();) {
            const auto size = std::min<std::size_t>(1 + random() % 4, events.size() - from);
            const auto batch = std::span{events}.subspan(from, size);
            builders::fold_in(tables, batch, example_plans, now);
            builders::fold_in(whole, batch, example_plans, now);
            RC_ASSERT(tables.dump() == whole.dump());
            from += size;
        }
    });
    CHECK(held);
}

TEST_CASE("fold: a million events in long streams end in the same tables in any order (I4 I6 I11)"
) {
    constexpr std::size_t streams_a_case = 4;
    constexpr std::size_t events_a_stream = 2'600;  // applied in all, told again and again
    const auto now = day("d65 00:00");
    std::size_t applied = 0;
    std::size_t told_streams = 0;
    const bool held = rc::check("I4 over long streams", [&] {
        for (std::size_t each = 0; each < streams_a_case; ++each) {
            const auto length = *rc::gen::inRange<std::size_t>(9, 501);
            const streams::room room{
                .objects = *rc::gen::inRange(3, 9),
                .events = static_cast<int>(length),
                .seconds = *rc::gen::element(4, 40, 80)};
            const auto choices = *rc::gen::container<std::vector<choice>>(length, any_choice(room));
            std::mt19937 random{*rc::gen::arbitrary<unsigned>()};
            const auto events = events_from(choices);
            const auto first = told(events, 40, random, now).dump();
            std::size_t told_events = events.size();
            while (told_events < events_a_stream) {
                const auto order = told_otherwise(events, random);
                const auto tables = told(order, 40, random, now);
                told_events += order.size();
                RC_ASSERT(tables.dump() == first);
                check_standings(tables);
            }
            applied += told_events;
            ++told_streams;
        }
    });
    CHECK(held);
    MESSAGE(applied, " events applied in ", told_streams, " streams");
    CHECK(applied >= 10'000 * streams::cases_asked());  // a million
}

}  // namespace billhook
