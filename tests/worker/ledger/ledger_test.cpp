#include "schemas/io/postgres/failure.hpp"
#include "tests/builders/postgres/database.hpp"
#include "tests/worker/ledger/fixture.hpp"
#include "worker/ledger/postgres_ledger.hpp"

#include <doctest/doctest.h>
#include <pqxx/except>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace billhook {

namespace {

using builders::database;
using tests::books;
using tests::dead_records;
using tests::partitions;
using tests::stripe_events;

instant seconds(std::int64_t count) {
    return from_unix_seconds(count);
}

}  // namespace

TEST_CASE("take over: raises the epoch and makes a row for every partition") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books first(db);
    const claim one = first.ledger.take_over({stripe_events, 2});
    CHECK(one.epoch == 1);
    CHECK(one.next_offset == 0);
    CHECK(!one.fingerprint);
    CHECK(!one.halted);
    CHECK(db.ask("SELECT count(*) FROM billhook.offsets") == std::to_string(partitions));
    books second(db);
    CHECK(second.ledger.take_over({stripe_events, 2}).epoch == 2);
    CHECK(second.ledger.take_over({stripe_events, 0}).epoch == 1);
}

TEST_CASE("begin: only the owner of the present offset may go on") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    claim held = mine.ledger.take_over({stripe_events, 1});
    {
        const auto unit = mine.ledger.begin({held, 10, "print"});
        REQUIRE(unit);
        unit->commit();
    }
    held.next_offset = 10;
    CHECK(
        db.ask("SELECT concat_ws(' ', next_offset, fingerprint) FROM billhook.offsets WHERE "
               "partition = 1") == "10 print"
    );
    struct row {
        const char* name;
        const char* sql;  // done first
        claim under;
        std::int64_t to;
        bool allowed;
    };
    claim old_offset = held;
    old_offset.next_offset = 0;
    claim old_epoch = held;
    old_epoch.epoch = 0;
    const row rows[] = {
        {"the same step again", "SELECT",                                         old_offset, 10, false},
        {"an older epoch",      "SELECT",                                         old_epoch,  11, false},
        {"halted",              "UPDATE billhook.offsets SET halted = now()",     held,       11, false},
        {"resumed",             "UPDATE billhook.offsets SET halted = NULL",      held,       10, true },
        {"past the end",        "UPDATE billhook.offsets SET stop_at = 12",       held,       13, false},
        {"up to the end",       "SELECT",                                         held,       12, true },
        {"promoted",            "UPDATE billhook.projections SET generation = 2", held,       12, false},
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        db.rows(each.sql);
        const auto unit = mine.ledger.begin({each.under, each.to});
        CHECK((unit != nullptr) == each.allowed);
        // Not committed: it rolls back.
    }
    CHECK(db.ask("SELECT next_offset FROM billhook.offsets WHERE partition = 1") == "10");
    // After a promote the next owner reads the projection again.
    CHECK(mine.ledger.take_over({stripe_events, 1}).next_offset == 10);
}

TEST_CASE("begin: a lost race is waited for and answered by nothing") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    const claim held = mine.ledger.take_over({stripe_events, 0});
    auto unit = mine.ledger.begin({held, 5});
    REQUIRE(unit);
    // The same step on a second connection, as after a COMMIT in doubt: it waits for the first.
    auto repeated = std::async(std::launch::async, [&] {
        books again(db);
        return again.ledger.begin({held, 5}) != nullptr;
    });
    CHECK(repeated.wait_for(std::chrono::milliseconds(300)) == std::future_status::timeout);
    unit->commit();
    CHECK(!repeated.get());
}

TEST_CASE("horizon: 1970 until every partition is complete then the least and never back") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    const auto complete = [&](std::int32_t number, instant to) {
        const claim held = mine.ledger.take_over({stripe_events, number});
        const auto unit = mine.ledger.begin({held, held.next_offset, std::nullopt, to});
        REQUIRE(unit);
        unit->commit();
    };
    const auto horizon = [&] {
        const auto unit = mine.ledger.begin_tick();
        REQUIRE(unit);
        return unit->horizon();
    };
    for (std::int32_t number = 0; number < partitions - 1; ++number) {
        complete(number, seconds(2'000 + number));
    }
    CHECK(horizon() == seconds(0));
    complete(partitions - 1, seconds(1'000'000) + std::chrono::microseconds(7));
    CHECK(horizon() == seconds(2'000));
    complete(0, seconds(1'999));
    CHECK(horizon() == seconds(2'000));
    complete(0, seconds(3'000) + std::chrono::microseconds(5));
    CHECK(horizon() == seconds(2'001));
}

TEST_CASE("begin_tick: nothing once the projection was promoted and the new one after that") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    CHECK(mine.ledger.begin_tick() != nullptr);
    db.rows("UPDATE billhook.projections SET generation = generation + 1");
    CHECK(mine.ledger.begin_tick() == nullptr);
    CHECK(mine.ledger.begin_tick() != nullptr);
}

TEST_CASE("ledger: refuses another fold version and a database that was never migrated") {
    database db;
    if (!db.usable()) {
        return;
    }
    books early(db.as_owner());
    const auto remedy_of = [](books& at) {
        try {
            (void)at.ledger.take_over({stripe_events, 0});
            return std::string("none");
        } catch (const std::exception& error) {
            return std::string(postgres::to_word(postgres::classify(error).what)) + " " +
                   error.what();
        }
    };
    CHECK(remedy_of(early) == "alarm the database was never migrated: run `billhook migrate`");
    db.migrate();
    books mine(db);
    CHECK(remedy_of(mine) == "none");
    db.rows("UPDATE billhook.projections SET fold_version = 99");
    CHECK(remedy_of(mine).starts_with("alarm the live projection billing_1 was built by fold"));
}

TEST_CASE("dead letters: stand in the transaction of the offset that passes them") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    const claim held = mine.ledger.take_over({stripe_events, 1});
    auto dead = dead_records(1, 0, 2);
    dead[0].body = std::string("a\0\xff\\\"'", 6);
    dead[0].event_id = "evt_\n1";
    {
        const auto unit = mine.ledger.begin({held, 2});
        unit->store({}, dead);
    }
    CHECK(db.ask("SELECT count(*) FROM billhook.dead_letters") == "0");
    const auto unit = mine.ledger.begin({held, 2});
    unit->store({}, dead);
    unit->commit();
    CHECK(
        db.ask("SELECT concat_ws(' ', projection, topic, partition, record_offset, event_id, "
               "reason, encode(body, 'hex')) FROM billhook.dead_letters WHERE record_offset = 0"
        ) == "billing_1 stripe.events 1 0 evt_?1 not_json 6100ff5c2227"
    );
    CHECK(db.ask("SELECT halted IS NULL FROM billhook.offsets WHERE partition = 1") == "t");
}

TEST_CASE("dead letters: over a thousand and over half of the minute halt the partition") {
    struct row {
        const char* name;
        std::int64_t records;
        std::int64_t dead;
        bool halts;
    };
    const row rows[] = {
        {"a thousand",          1'000, 1'000, false},
        {"more, and all",       1'001, 1'001, true },
        {"more, but half",      2'002, 1'001, false},
        {"more, and over half", 2'001, 1'001, true },
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        database db;
        if (!db.usable()) {
            return;
        }
        db.migrate();
        books mine(db);
        claim held = mine.ledger.take_over({stripe_events, 1});
        const auto unit = mine.ledger.begin({held, each.records});
        unit->store({}, dead_records(1, 0, each.dead));
        unit->commit();
        held.next_offset = each.records;
        // What passed stays passed; nothing goes on until an operator resumes.
        CHECK((mine.ledger.begin({held, 9'999}) == nullptr) == each.halts);
        CHECK(mine.ledger.take_over({stripe_events, 1}).halted == each.halts);
        CHECK(
            db.ask("SELECT bool_and(halted IS NULL) FROM billhook.offsets WHERE partition <> 1") ==
            "t"
        );
    }
}

TEST_CASE("locks: two batches that share customers in any order never deadlock") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    std::vector<std::future<int>> workers;
    for (std::int32_t number = 0; number < partitions; ++number) {
        workers.push_back(std::async(std::launch::async, [&db, number] {
            books mine(db);
            claim held = mine.ledger.take_over({stripe_events, number});
            int done = 0;
            for (int round = 0; round < 40; ++round) {
                object_keys keys;
                std::vector<organization_id> touched;
                // Each names the same ones, some new, and gives them in its own order.
                for (int each = 0; each < 20; ++each) {
                    const int shared = (each * 7 + number * 5) % 20 + round;
                    keys.customers.push_back("cus_" + std::to_string(shared));
                    touched.emplace_back("org_" + std::to_string(shared));
                }
                const auto unit = mine.ledger.begin({held, held.next_offset + 1});
                (void)unit->load(unit->lock_customers(keys));
                (void)unit->load(unit->lock_standings(touched));
                unit->commit();
                ++held.next_offset;
                ++done;
            }
            return done;
        }));
    }
    for (auto& worker : workers) {
        CHECK(worker.get() == 40);  // 40P01 would have thrown
    }
}

TEST_CASE("claim due: the longest due first and never what another holds") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    db.rows(
        "INSERT INTO billing_1.standings (organization, next_change_at, as_of) SELECT 'org_' || "
        "n, to_timestamp(n), to_timestamp(0) FROM generate_series(1, 5) n"
    );
    books mine(db);
    for (std::int32_t number = 0; number < partitions; ++number) {
        const claim held = mine.ledger.take_over({stripe_events, number});
        mine.ledger.begin({held, 0, std::nullopt, seconds(4)})->commit();
    }
    const auto first = mine.ledger.begin_tick();
    const auto held = first->claim_due(2).organizations;
    CHECK(held == std::vector<organization_id>{organization_id("org_1"), organization_id("org_2")});
    books other(db);
    const auto second = other.ledger.begin_tick();
    const auto rest = second->claim_due(10).organizations;
    CHECK(rest == std::vector<organization_id>{organization_id("org_3"), organization_id("org_4")});
}

}  // namespace billhook
