// What recovery reads of a projection in Postgres is what the same records leave in memory.
#include "tools/recovery/postgres_holdings.hpp"

#include "schemas/stripe/event.hpp"
#include "tests/builders/postgres/database.hpp"
#include "tests/tools/recovery/simulated_stripe.hpp"
#include "tests/worker/ledger/fixture.hpp"
#include "tools/recovery/postgres_journal.hpp"
#include "worker/domain/fold.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace billhook::simulator {
namespace {

// Folds the deliveries as a worker does, and one record that cannot be an event.
void fold_in_postgres(const builders::database& db, std::span<const planned_delivery> plan) {
    tests::books mine(db);
    claim held = mine.ledger.take_over({tests::stripe_events, 0});
    std::vector<received> batch;
    for (const auto& next : plan) {
        received made;
        made.at = {tests::stripe_events, 0, static_cast<std::int64_t>(batch.size())};
        made.what = *stripe::parse_event(*next.body);
        batch.push_back(std::move(made));
    }
    dead_record dead;
    dead.at = {tests::stripe_events, 0, static_cast<std::int64_t>(batch.size())};
    dead.reason = "bad_value";
    dead.body = R"({"id":"evt_1","object":"event","type":"invoice.paid","created":"x",)"
                R"("data":{"object":{"id":"in_dead","object":"invoice"}}})";
    const auto unit =
        mine.ledger.begin({held, static_cast<std::int64_t>(batch.size()) + 1, "print", std::nullopt}
        );
    REQUIRE(unit);
    const auto known_before = unit->load(unit->lock_customers(keys_of(batch)));
    unit->store(fold(known_before, batch), std::span(&dead, 1));
    unit->commit();
}

template <class Map>
Map sorted(Map all) {
    for (auto& [id, here] : all) {
        std::ranges::sort(here.facts, {}, [](const auto& fact) { return fact.event; });
    }
    return all;
}

template <class Map>
void check_same(const Map& stored, const Map& expected) {
    CHECK(stored.size() == expected.size());
    for (const auto& [id, here] : sorted(expected)) {
        CAPTURE(id.text());
        const auto all = sorted(stored);
        REQUIRE(all.contains(id));
        CHECK((all.at(id).facts == here.facts));
        CHECK(all.at(id).mapped == here.mapped);
        CHECK((all.at(id).owes_since == here.owes_since));
    }
}

template <class Id>
std::vector<Id> in_order(std::vector<Id> ids) {
    std::ranges::sort(ids);
    return ids;
}

}  // namespace

TEST_CASE("postgres: holdings and journal are those of the same records in memory") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    gappy lives(31, 100, {.share = 0.1, .from = std::chrono::days{4'000}, .to = {}});
    memory_worker worker(lives.end);
    worker.fold(lives.delivered);
    fold_in_postgres(db, lives.delivered);
    memory_holdings expected(worker.projection);
    memory_journal expected_journal(worker.projection);
    postgres::connection reader(db.as_owner());
    postgres_holdings stored(reader.raw());
    postgres_journal stored_journal(reader.raw());

    std::vector<customer_id> customers{customer_id("cus_unknown")};
    std::vector<subscription_id> subscriptions{subscription_id("sub_unknown")};
    std::vector<invoice_id> invoices{invoice_id("in_unknown")};
    std::vector<schedule_id> schedules{schedule_id("sub_sched_unknown")};
    std::vector<event_id> events{event_id("evt_unknown")};
    for (const auto& [key, row] : worker.projection.customers()) {
        customers.emplace_back(key);
    }
    for (const auto& [id, row] : worker.projection.subscriptions()) {
        subscriptions.push_back(id);
        CHECK(stored.sessions_of(id) == expected.sessions_of(id));
    }
    for (const auto& [id, row] : worker.projection.invoices()) {
        invoices.push_back(id);
    }
    for (const auto& [id, fact] : worker.projection.schedules()) {
        schedules.push_back(id);
    }
    for (const auto& life : lives.lives) {
        if (life.stripe) {
            for (const auto& sent : life.stripe->events()) {
                events.emplace_back(sent.id);
            }
        }
    }
    REQUIRE(subscriptions.size() > 10);
    REQUIRE(schedules.size() > 5);
    check_same(stored.customers(customers), expected.customers(customers));
    check_same(stored.subscriptions(subscriptions), expected.subscriptions(subscriptions));
    check_same(stored.invoices(invoices), expected.invoices(invoices));
    CHECK((stored.schedules(schedules) == expected.schedules(schedules)));
    const auto lacking = stored_journal.lacking(events);
    CHECK(lacking.size() > 1);
    CHECK((lacking == expected_journal.lacking(events)));

    const auto open = stored.unfinished();
    const auto open_expected = expected.unfinished();
    CHECK((in_order(open.customers) == in_order(open_expected.customers)));
    CHECK((in_order(open.subscriptions) == in_order(open_expected.subscriptions)));
    CHECK((in_order(open.invoices) == in_order(open_expected.invoices)));
    CHECK((in_order(open.schedules) == in_order(open_expected.schedules)));
    const auto doubts = stored.doubtful();
    const auto doubts_expected = expected.doubtful();
    CHECK((in_order(doubts.subscriptions) == in_order(doubts_expected.subscriptions)));
    CHECK((in_order(doubts.invoices) == in_order(doubts_expected.invoices)));
    CHECK((stored.dead_objects() == std::set<std::string>{"in_dead"}));
}

}  // namespace billhook::simulator
