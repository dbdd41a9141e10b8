#include "schemas/io/postgres/failure.hpp"
#include "tests/builders/postgres/database.hpp"
#include "tests/worker/ledger/lived.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

// What one transaction may read at once.
namespace billhook {

namespace {

using builders::database;
using tests::books;

constexpr const char* two_subscriptions_each = R"(
    a{0} d0 00:00 cus_{0} created org=org_{0}
    b{0} d0 00:00 sub_{0}1 created active plan=basic period=0-30 customer=cus_{0}
    c{0} d0 00:00 sub_{0}2 created active plan=basic period=0-30 customer=cus_{0}
)";

written_projection reading_at_most(std::size_t rows) {
    written_projection which;
    which.load_rows = rows;
    return which;
}

std::vector<std::size_t> sizes(const std::vector<locked_standings>& pieces) {
    std::vector<std::size_t> all;
    for (const locked_standings& each : pieces) {
        all.push_back(each.organizations.size());
    }
    return all;
}

}  // namespace

TEST_CASE("load rows: of several customers no more are read and of one all") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const auto events = tests::lives_like(two_subscriptions_each, 1, 3);
    books mine(db, reading_at_most(5));
    claim held = mine.ledger.take_over({tests::stripe_events, 0});
    {
        const auto unit = mine.ledger.begin({held, held.next_offset + 1});
        (void)tests::store_folded(*unit, events);  // nothing is known yet
        unit->commit();
        ++held.next_offset;
    }
    const auto refusal = [&](std::span<const received> batch) {
        const auto unit = mine.ledger.begin({held, held.next_offset + 1});
        try {
            (void)unit->load(unit->lock_customers(keys_of(batch)));
        } catch (const postgres::failure& thrown) {
            CHECK(thrown.why.what == postgres::remedy::halve);
            return postgres::cause_of(thrown);
        }
        return std::string{};
    };
    CHECK(refusal(events) == "too_many_rows");
    CHECK(refusal(std::span{events}.first(6)) == "too_many_rows");
    CHECK(refusal(std::span{events}.first(3)).empty());
}

TEST_CASE("load rows: organizations are assessed in pieces and the great ones alone") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const auto events = tests::lives_like(two_subscriptions_each, 1, 5);
    books mine(db, reading_at_most(6));
    claim held = mine.ledger.take_over({tests::stripe_events, 0});
    const auto unit = mine.ledger.begin({held, held.next_offset + 1});
    const auto locked = unit->lock_standings(tests::store_folded(*unit, events));
    REQUIRE(locked.organizations.size() == 5);
    // Each has a customer and two subscriptions.
    CHECK((sizes(unit->pieces_of(locked)) == std::vector<std::size_t>{2, 2, 1}));
    CHECK((sizes(unit->pieces_of({{locked.organizations.front()}})) == std::vector<std::size_t>{1})
    );
    CHECK(unit->pieces_of({}).empty());
    unit->commit();
    books small(db, reading_at_most(2));
    const auto tick = small.ledger.begin_tick();
    const auto again = tick->lock_standings(locked.organizations);
    CHECK((sizes(tick->pieces_of(again)) == std::vector<std::size_t>{1, 1, 1, 1, 1}));
}

}  // namespace billhook
