// Whom recovered records would mail is found out without leaving a trace.
#include "tools/recovery/foretold.hpp"

#include "schemas/stripe/event.hpp"
#include "tests/builders/postgres/database.hpp"
#include "tests/tools/recovery/simulated_stripe.hpp"
#include "tests/worker/ledger/fixture.hpp"
#include "tools/recovery/publication.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook::simulator {
namespace {

void wait_in(spool& into, const gappy& lives) {
    for (const auto& life : lives.lives) {
        for (std::size_t at = 0; life.stripe && at < life.stripe->events().size(); ++at) {
            const auto& sent = life.stripe->events()[at];
            const std::vector one{
                message_for(sent.bodies.front(), record_source_kind::backfill, lives.end)};
            publish_all(into, one);
        }
    }
}

// Folds and assesses all of it, as workers do.
void fold_in_postgres(tests::books& mine, spool& all, const claim& from) {
    std::vector<received> batch;
    for (const message& each : all.read(0, all.size())) {
        received made;
        made.at = {tests::stripe_events, 0, static_cast<std::int64_t>(batch.size())};
        made.what = *stripe::parse_event(each.value);
        batch.push_back(std::move(made));
    }
    const auto unit =
        mine.ledger.begin({from, static_cast<std::int64_t>(batch.size()), "print", std::nullopt});
    REQUIRE(unit);
    const auto touched = tests::store_folded(*unit, batch);
    const auto facts = unit->load(unit->lock_standings(touched));
    unit->store(assess_each(facts, unit->plans(), unit->horizon()));
    unit->commit();
}

}  // namespace

TEST_CASE("postgres: what is foretold is sent then and foretelling leaves nothing") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const gappy lives(33, 60, {.share = 1, .from = std::chrono::days{4'000}, .to = {}});
    tests::books mine(db);
    const claim held = mine.ledger.take_over({tests::stripe_events, 0});
    db.ask(
        "UPDATE billhook.offsets SET complete_to = to_timestamp(" +
        std::to_string(to_unix_seconds(lives.end)) + ")"
    );
    spool waiting;
    wait_in(waiting, lives);

    tests::books tries(db.as_owner());
    const auto told = foretell(waiting, tries.ledger, [](std::size_t) {});
    CHECK(told.notices > 10);
    CHECK(told.organizations.size() > 5);
    written_projection few;
    few.load_rows = 40;
    tests::books narrow(db.as_owner(), few);
    CHECK(foretell(waiting, narrow.ledger, [](std::size_t) {}).notices == told.notices);
    CHECK(told.text().starts_with(std::to_string(told.notices) + " to "));
    for (const auto* table :
         {"billing_1.events",
          "billing_1.customers",
          "billing_1.subscription_facts",
          "billing_1.standings",
          "billhook.notices",
          "billhook.outbox"}) {
        CAPTURE(table);
        CHECK(db.ask(std::string("SELECT count(*) FROM ") + table) == "0");
    }

    fold_in_postgres(mine, waiting, held);
    CHECK(
        db.ask("SELECT count(DISTINCT notice) FROM billhook.notices WHERE state = 'sent'") ==
        std::to_string(told.notices)
    );

    db.ask("UPDATE billhook.notices_since SET since = now()");
    CHECK(foretell(waiting, tries.ledger, [](std::size_t) {}).notices == 0);
}

}  // namespace billhook::simulator
