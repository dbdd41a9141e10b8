#include "worker/projections/dead_letter_desk.hpp"

#include "tests/worker/ledger/fixture.hpp"
#include "worker/projections/offset_rows.hpp"

#include <doctest/doctest.h>
#include <pqxx/nontransaction>

#include <string>

namespace billhook {

namespace {

using builders::database;
using tests::stripe_events;

std::vector<std::string> lines(const std::vector<dead_letter>& letters) {
    std::vector<std::string> all;
    for (const dead_letter& each : letters) {
        all.push_back(
            std::to_string(each.at.partition) + "/" + std::to_string(each.at.offset) + " " +
            each.reason + " x" + std::to_string(each.copies) + " " +
            (each.resolved_at ? each.resolution : "open")
        );
    }
    return all;
}

// Three records with one body, of which one died for another reason, and one alone.
void bury_some(database& db) {
    db.rows(R"(
        INSERT INTO billhook.dead_letters (projection, topic, partition, record_offset, event_id,
                reason, body, received_at, died_at) VALUES
            ('billing_1', 'stripe.events', 0, 7, 'evt_1', 'syntax', '\x7b00ff', '2026-01-02Z', '2026-01-02Z'),
            ('billing_1', 'stripe.events', 1, 3, 'evt_1', 'syntax', '\x7b00ff', '2026-01-01Z', '2026-01-03Z'),
            ('billing_1', 'stripe.events', 2, 1, 'evt_1', 'database_22P02', '\x7b00ff', '2026-01-04Z', '2026-01-04Z'),
            ('billing_1', 'stripe.events', 2, 2, NULL, 'syntax', '', '2026-01-05Z', '2026-01-05Z'),
            ('second', 'stripe.events', 0, 7, 'evt_1', 'syntax', '\x7b00ff', '2026-01-02Z', '2026-01-02Z'))"
    );
}

}  // namespace

TEST_CASE("dead letters: records with the same bytes and reason are one") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    bury_some(db);
    postgres::connection owner(db.as("billhook_owner"));
    pqxx::nontransaction in(owner.raw());
    CHECK(
        lines(dead_letters(in, "billing_1", {})) ==
        std::vector<std::string>{
            "1/3 syntax x2 open", "2/1 database_22P02 x1 open", "2/2 syntax x1 open"}
    );
    CHECK(dead_letters(in, "billing_1", {.limit = 1}).size() == 1);
    CHECK(
        lines(dead_letters(in, "billing_1", {.reason = "syntax"})) ==
        std::vector<std::string>{"1/3 syntax x2 open", "2/2 syntax x1 open"}
    );
    CHECK(
        open_by_reason(in, "billing_1") ==
        std::map<std::string, std::int64_t>{
            {"database_22P02", 1},
            {"syntax",         3}
    }
    );
    const auto found = find_dead_letter(in, "billing_1", {stripe_events, 0, 7});
    REQUIRE(found);
    CHECK(found->copies == 2);
    CHECK(found->first_seen == from_rfc3339("2026-01-01T00:00:00Z"));
    CHECK(found->last_died == from_rfc3339("2026-01-03T00:00:00Z"));
    CHECK(found->body == std::string("{\0\xff", 3));
    CHECK(!find_dead_letter(in, "billing_1", {stripe_events, 0, 8}));
}

TEST_CASE("dead letters: settling keeps every row and says how") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    bury_some(db);
    postgres::connection owner(db.as("billhook_owner"));
    pqxx::nontransaction in(owner.raw());
    const auto one = find_dead_letter(in, "billing_1", {stripe_events, 1, 3});
    REQUIRE(one);
    CHECK(settle_dead_letter(in, "billing_1", *one, "discarded", "a test's") == 3);
    CHECK(settle_dead_letter(in, "billing_1", *one, "retried", "") == 0);
    CHECK(
        lines(dead_letters(in, "billing_1", {})) == std::vector<std::string>{"2/2 syntax x1 open"}
    );
    CHECK(
        lines(dead_letters(in, "billing_1", {.with_settled = true})) ==
        std::vector<std::string>{
            "1/3 syntax x2 discarded", "2/1 database_22P02 x1 discarded", "2/2 syntax x1 open"}
    );
    CHECK(db.ask("SELECT count(*) FROM billhook.dead_letters") == "5");
    CHECK(db.ask("SELECT count(note) FROM billhook.dead_letters WHERE note = 'a test''s'") == "3");
    CHECK(
        db.ask("SELECT resolved_at IS NULL FROM billhook.dead_letters WHERE projection = "
               "'second'") == "t"
    );
    CHECK(died_again(in, "billing_1", *one, *from_rfc3339("2026-01-04T00:00:00Z")));
    CHECK(!died_again(in, "billing_1", *one, *from_rfc3339("2026-01-04T00:00:01Z")));
}

TEST_CASE("resume: lets what is halted go on and nothing else") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    tests::books mine(db);
    (void)mine.ledger.take_over({stripe_events, 0});
    db.rows("UPDATE billhook.offsets SET halted = now() WHERE partition > 0");
    postgres::connection owner(db.as("billhook_owner"));
    pqxx::nontransaction in(owner.raw());
    CHECK(resume_halted(in, "second", std::nullopt).empty());
    CHECK(resume_halted(in, "billing_1", 0).empty());
    CHECK(resume_halted(in, "billing_1", 2) == std::vector<std::int32_t>{2});
    CHECK(resume_halted(in, "billing_1", std::nullopt) == std::vector<std::int32_t>{1});
    CHECK(!mine.ledger.take_over({stripe_events, 1}).halted);
}

TEST_CASE("move offset: counts what was consumed and fences whoever reads") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    tests::books mine(db);
    claim held = mine.ledger.take_over({stripe_events, 1});
    mine.ledger.begin({held, 40, "print"})->commit();
    held.next_offset = 40;
    postgres::connection owner(db.as("billhook_owner"));
    pqxx::nontransaction in(owner.raw());
    const auto rows = offset_rows(in, "billing_1", stripe_events);
    REQUIRE(rows.size() == static_cast<std::size_t>(tests::partitions));
    CHECK(move_offset(in, "billing_1", stripe_events, rows[1], 0, std::nullopt));
    CHECK(!move_offset(in, "billing_1", stripe_events, rows[1], 5, std::nullopt));
    const auto moved = offset_rows(in, "billing_1", stripe_events)[1];
    CHECK(moved.next_offset == 0);
    CHECK(moved.first_offset == -40);
    CHECK(moved.epoch == rows[1].epoch + 1);
    CHECK(!moved.fingerprint);
    CHECK(consumed(offset_rows(in, "billing_1", stripe_events)) == 40);
    CHECK(mine.ledger.begin({held, 41}) == nullptr);
}

}  // namespace billhook
