#include "schemas/io/postgres/failure.hpp"
#include "tests/worker/ledger/lived.hpp"

#include <doctest/doctest.h>

// What somebody else stored or deleted between a batch's reading and its writing.
namespace billhook {

using builders::database;
using tests::books;
using tests::stripe_events;

TEST_CASE("journal: two batches that count one event at the same time lose none") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const auto row = [](const char* object, const char* version, std::int64_t deliveries) {
        journal_row journal;
        journal.id = event_id("evt_1");
        journal.object = object;
        journal.api_version = version;
        journal.at = {stripe_events, 0, 0};
        journal.became = outcome::applied;
        journal.deliveries = deliveries;
        changes folded;
        folded.journal.push_back(journal);
        return folded;
    };
    books first(db);
    books second(db);
    const claim one = first.ledger.take_over({stripe_events, 0});
    const claim two = second.ledger.take_over({stripe_events, 1});
    object_keys keys;
    keys.events.emplace_back("evt_1");
    const auto unit = first.ledger.begin({one, 1});
    auto other = second.ledger.begin({two, 1});
    (void)unit->load(unit->lock_customers(keys));
    (void)other->load(other->lock_customers(keys));
    unit->store(row("sub_greater", "2025", 1), {});
    unit->commit();
    // What somebody else stored meanwhile is no record's fault, and is read with the next try.
    try {
        other->store(row("sub_less", "2018", 1), {});
        FAIL("stored over what it had not read");
    } catch (const postgres::failure& thrown) {
        CHECK(thrown.why == postgres::diagnosis{postgres::remedy::retry, "23505"});
    }
    other.reset();
    other = second.ledger.begin({two, 1});
    CHECK(other->load(other->lock_customers(keys)).journal.at(event_id("evt_1")).deliveries == 1);
    other->store(row("sub_less", "2018", 2), {});
    other->commit();
    CHECK(
        db.ask("SELECT concat_ws(' ', object, deliveries) FROM billing_1.events") == "sub_greater 2"
    );
}

TEST_CASE("journal: after such a conflict everything may be there") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    const auto life = builders::told_in("a d0 00:00 cus_1 created org=org_1");
    const claim held = mine.ledger.take_over({stripe_events, 0});
    {
        const auto unit = mine.ledger.begin({held, 1});
        (void)tests::store_folded(*unit, life);
        unit->commit();
    }
    // A fact that is stored though the journal does not know its event is none of ours, but nothing
    // stands still for it.
    db.rows("DELETE FROM billing_1.events");
    claim next = held;
    next.next_offset = 1;
    for (const bool passes : {false, true}) {
        CAPTURE(passes);
        const auto unit = mine.ledger.begin({next, 2});
        bool stored = true;
        try {
            const auto folded = fold(known{}, life);
            (void)unit->load(unit->lock_customers(keys_of(life)));
            unit->store(folded, {});
            unit->commit();
        } catch (const postgres::failure&) {
            stored = false;
        }
        CHECK(stored == passes);
    }
    CHECK(db.ask("SELECT count(*) FROM billing_1.customer_facts") == "1");
}

TEST_CASE("objects: a row that another customer's batch stored meanwhile is read with the next try"
) {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    // Both are new to both, and no lock is common to them.
    const auto told =
        builders::told_in("a d0 00:00 sub_1 created active plan=basic customer=cus_1");
    const auto otherwise =
        builders::told_in("b d1 00:00 sub_1 updated active plan=pro customer=cus_2");
    books first(db);
    books second(db);
    const claim one = first.ledger.take_over({stripe_events, 0});
    const claim two = second.ledger.take_over({stripe_events, 1});
    auto other = second.ledger.begin({two, 1});
    const auto before = other->load(other->lock_customers(keys_of(otherwise)));
    {
        const auto unit = first.ledger.begin({one, 1});
        (void)tests::store_folded(*unit, told);
        unit->commit();
    }
    try {
        other->store(fold(before, otherwise), {});
        FAIL("stored over what it had not read");
    } catch (const postgres::failure& thrown) {
        CHECK(thrown.why == postgres::diagnosis{postgres::remedy::retry, "23505"});
    }
    other.reset();
    other = second.ledger.begin({two, 1});
    (void)tests::store_folded(*other, otherwise);
    other->commit();
    CHECK(db.ask("SELECT customer FROM billing_1.subscriptions") == "cus_2");
    CHECK(db.ask("SELECT count(*) FROM billing_1.subscription_facts") == "2");
}

TEST_CASE("objects: a row that was read and is gone is made anew by the next try") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    claim held = mine.ledger.take_over({stripe_events, 0});
    {
        const auto unit = mine.ledger.begin({held, 1});
        (void)tests::store_folded(
            *unit, builders::told_in("a d0 00:00 sub_1 created active plan=basic customer=cus_1")
        );
        unit->commit();
    }
    const auto later = builders::told_in("b d1 00:00 sub_1 updated active plan=pro customer=cus_1");
    held.next_offset = 1;
    auto unit = mine.ledger.begin({held, 2});
    const auto before = unit->load(unit->lock_customers(keys_of(later)));
    db.rows("DELETE FROM billing_1.subscriptions");  // by a hand: nobody of ours does
    try {
        unit->store(fold(before, later), {});
        FAIL("stored nothing and said nothing");
    } catch (const postgres::failure& thrown) {
        CHECK(thrown.why.what == postgres::remedy::retry);
    }
    unit.reset();
    unit = mine.ledger.begin({held, 2});
    (void)tests::store_folded(*unit, later);
    unit->commit();
    CHECK(db.ask("SELECT event FROM billing_1.subscriptions") == "evt_b");
}

}  // namespace billhook
