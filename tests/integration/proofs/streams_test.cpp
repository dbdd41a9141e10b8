#include "tests/builders/living.hpp"
#include "tests/builders/postgres/database.hpp"
#include "tests/integration/proofs/tables.hpp"
#include "tests/streams/stream.hpp"
#include "tests/worker/domain/leaning_lives.hpp"
#include "worker/ledger/postgres_ledger.hpp"
#include "worker/pipeline/process.hpp"
#include "worker/pipeline/reassess.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <rapidcheck.h>
#include <span>
#include <string>
#include <vector>

// The worker's own transactions over Postgres, beside the model in memory.
namespace billhook {

namespace {

using builders::database;
using builders::day;
using builders::memory_projection;

const partition only{"stripe.events", 0};

void fold_in_both(
    std::span<const received> batch,
    instant horizon,
    ledger& books,
    claim& held,
    memory_projection& model
) {
    static const auto plans = builders::example_plans();
    const advance step{
        held, held.next_offset + static_cast<std::int64_t>(batch.size()), std::nullopt, horizon};
    const auto result = process({step, batch, {}}, books);
    RC_ASSERT(result.how == processed::ending::committed);
    held.next_offset = step.next_offset;
    builders::fold_in(model, batch, plans, result.horizon);
}

// Tells a stream in batches, at horizons that rise, to both; ends with everybody assessed at `now`.
memory_projection told_to_both(
    const std::vector<received>& events,
    ledger& books,
    std::mt19937& random,
    instant now
) {
    static const auto plans = builders::example_plans();
    memory_projection model;
    claim held = books.take_over(only);
    auto horizon = now - std::chrono::days{60};
    for (std::size_t from = 0; from < events.size();) {
        const auto size = std::min<std::size_t>(1 + random() % 12, events.size() - from);
        const auto batch = std::span{events}.subspan(from, size);
        horizon = std::min(now, horizon + std::chrono::hours{random() % 200});
        fold_in_both(batch, horizon, books, held, model);
        from += size;
    }
    (void)pass_time(held, now, books);
    builders::assess_all(model, plans, now);
    std::vector<organization_id> all;
    for (const auto& [organization, standing] : model.standings()) {
        all.push_back(organization);
    }
    const auto unit = books.begin_tick();
    (void)reassess(*unit, unit->lock_standings(all));
    return model;
}

}  // namespace

TEST_CASE("postgres: any stream in any order leaves the tables of the model in memory (I4 I5 I6)") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    constexpr int streams_a_case = 3;
    const auto now = day("d65 00:00");
    std::size_t told = 0;
    const bool held = rc::check("I4 in Postgres", [&] {
        postgres::connection connection(db.as("billhook_worker"));
        postgres_ledger books(connection, 1);
        for (int each = 0; each < streams_a_case; ++each) {
            const auto length = *rc::gen::inRange<std::size_t>(9, 81);
            const streams::room room{
                .objects = *rc::gen::inRange(3, 9),
                .events = static_cast<int>(length),
                .seconds = *rc::gen::element(4, 40, 80)};
            auto events = streams::events_from(
                *rc::gen::container<std::vector<streams::choice>>(length, streams::any_choice(room))
            );
            std::mt19937 random{*rc::gen::arbitrary<unsigned>()};
            std::vector<std::string> first;
            for (int order = 0; order < 2; ++order) {
                tests::empty_tables(db);
                const auto model = told_to_both(events, books, random, now);
                const auto stored = tests::tables_of(db, books);
                RC_ASSERT(stored.dump() == model.dump());
                RC_ASSERT(stored.journal() == model.journal());
                RC_ASSERT(stored.standings() == model.standings());
                RC_ASSERT(tests::recorded_in(db) == model.recorded());
                RC_ASSERT(
                    db.ask("SELECT count(*) FROM billhook.outbox WHERE topic = 'billing.notices'"
                    ) == std::to_string(model.sent().size())
                );
                if (first.empty()) {
                    first = stored.dump();
                }
                RC_ASSERT(stored.dump() == first);
                events.push_back(events[random() % events.size()]);
                std::shuffle(events.begin(), events.end(), random);
                ++told;
            }
        }
    });
    CHECK(held);
    MESSAGE(told, " streams told to Postgres");
    CHECK(told >= 3 * streams::cases_asked());
}

TEST_CASE("postgres: lives that lean on what was known before end as if everything were read") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    postgres::connection connection(db.as("billhook_worker"));
    postgres_ledger books(connection, 1);
    const auto now = day("d40 00:00");
    for (const auto& life : leaning_lives()) {
        CAPTURE(std::string(life.name));
        const auto events = builders::told_in(life.events);
        const std::span all{events};
        // One by one, and what came first against all the rest at once.
        for (std::size_t first = 0; first < all.size(); ++first) {
            CAPTURE(first);
            tests::empty_tables(db);
            memory_projection whole;
            whole.read_everything();
            claim held = books.take_over(only);
            for (const auto& one : all.first(first)) {
                fold_in_both({&one, 1}, now, books, held, whole);
            }
            fold_in_both(all.subspan(first), now, books, held, whole);
            CHECK((tests::tables_of(db, books).dump() == whole.dump()));
        }
    }
}

}  // namespace billhook
