#include "schemas/io/postgres/failure.hpp"
#include "tests/builders/memory_projection.hpp"
#include "tests/worker/ledger/lived.hpp"
#include "tests/worker/ledger/random_rows.hpp"
#include "worker/ledger/tables.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string>
#include <vector>

// Every statement against the model in memory that says what it must do.
namespace billhook {

namespace {

using builders::database;
using builders::memory_projection;
using tests::books;
using tests::random_rows;
using tests::stripe_events;

template <class Map>
void sort_each(Map& facts) {
    for (auto& [id, rows] : facts) {
        std::ranges::sort(rows, {}, [](const auto& row) {
            if constexpr (requires { row.fact; }) {
                return std::tuple(row.fact.created, row.fact.event);
            } else {
                return std::tuple(row.created, row.event);
            }
        });
    }
}

void check_equal(known stored, known modelled) {
    sort_each(stored.subscription_facts);
    sort_each(modelled.subscription_facts);
    sort_each(stored.customer_facts);
    sort_each(modelled.customer_facts);
    sort_each(stored.invoice_facts);
    sort_each(modelled.invoice_facts);
    sort_each(stored.declines);
    sort_each(modelled.declines);
    std::ranges::sort(stored.mappings);
    std::ranges::sort(modelled.mappings);
    CHECK(stored.livemode == modelled.livemode);
    CHECK((stored.journal == modelled.journal));
    CHECK((stored.customers == modelled.customers));
    CHECK((stored.customer_facts == modelled.customer_facts));
    CHECK((stored.subscriptions == modelled.subscriptions));
    CHECK((stored.subscription_facts == modelled.subscription_facts));
    CHECK((stored.invoices == modelled.invoices));
    CHECK((stored.invoice_facts == modelled.invoice_facts));
    CHECK((stored.checkout_sessions == modelled.checkout_sessions));
    CHECK((stored.mappings == modelled.mappings));
    CHECK((stored.grants == modelled.grants));
    CHECK((stored.declines == modelled.declines));
    CHECK((stored.cases == modelled.cases));
}

void check_equal(organization_facts stored, organization_facts modelled) {
    std::ranges::sort(stored.mappings);
    std::ranges::sort(modelled.mappings);
    CHECK((stored.stored == modelled.stored));
    CHECK((stored.subscriptions == modelled.subscriptions));
    CHECK((stored.cases == modelled.cases));
    CHECK((stored.customers == modelled.customers));
    CHECK((stored.mappings == modelled.mappings));
    CHECK((stored.grants == modelled.grants));
    CHECK((stored.invoices == modelled.invoices));
    CHECK((stored.recorded == modelled.recorded));
}

// One batch on both sides, compared at every read.
void batch(books& mine, claim& held, memory_projection& model, std::span<const received> events) {
    const auto keys = keys_of(events);
    const auto unit = mine.ledger.begin({held, held.next_offset + 1});
    REQUIRE(unit);
    const auto stored = unit->load(unit->lock_customers(keys));
    model.make_customers(keys);
    const auto modelled = model.load(keys);
    check_equal(stored, modelled);
    const auto folded = fold(modelled, events);
    unit->store(folded, {});
    model.store(folded);
    const std::vector<organization_id> touched(
        folded.organizations.begin(), folded.organizations.end()
    );
    const auto organizations = unit->load(unit->lock_standings(touched));
    REQUIRE(organizations.size() == touched.size());
    std::vector<organization_facts> facts;
    for (std::size_t at = 0; at < touched.size(); ++at) {
        facts.push_back(model.load(touched[at]));
        check_equal(organizations[at], facts.back());
    }
    const auto standings = assess_each(facts, builders::example_plans(), unit->horizon());
    unit->store(standings);
    model.store(standings);
    unit->commit();
    ++held.next_offset;
}

std::vector<received> many_lives(int organizations) {
    return tests::lives_like(
        R"(
            a{0} d0 00:00 cus_{0} created org=org_{0}
            b{0} d0 00:00 sub_{0} created active plan=basic period=0-30 latest=in_{0} customer=cus_{0}
            c{0} d30 01:00 in_{0} payment_failed open attempts=1 created=d30 sub=sub_{0}
            d{0} d30 01:00 sub_{0} updated status:active->past_due
        )",
        0,
        organizations
    );
}

}  // namespace

TEST_CASE("tables: a projection's columns are those of the rows' descriptions") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    std::set<std::string> stored;
    for (const auto& row : db.rows(
             "SELECT table_name || '.' || column_name || ' ' || CASE data_type WHEN 'timestamp "
             "with time zone' THEN 'timestamptz' WHEN 'ARRAY' THEN 'text[]' ELSE data_type END || "
             "CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END FROM "
             "information_schema.columns WHERE table_schema = 'billing_1'"
         )) {
        stored.insert(row[0].c_str());
    }
    std::set<std::string> described;
    for (const table* const one : tables::all()) {
        for (const auto& [name, type, nullable] : one->columns) {
            // A standing without `as_of` only exists to be locked.
            const bool may_be_null = nullable || (one == &tables::standings && name == "as_of");
            described.insert(
                fmt::format("{}.{} {}{}", one->name, name, type, may_be_null ? "" : " not null")
            );
        }
    }
    CHECK(stored == described);
}

TEST_CASE("store and load: every row of every table comes back as it went") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    claim held = mine.ledger.take_over({stripe_events, 0});
    for (unsigned seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        random_rows rows(seed);
        for (const table* const one : tables::all()) {
            db.rows("TRUNCATE billing_1." + std::string(one->name));
        }
        memory_projection model;
        model.make_customers(random_rows::all_keys());
        for (int round = 0; round < 3; ++round) {
            auto unit = mine.ledger.begin({held, held.next_offset + 1});
            const auto locked = unit->lock_customers(random_rows::all_keys());
            check_equal(unit->load(locked), model.load(random_rows::all_keys()));
            auto folded = rows.next_changes();
            // The journal keeps the greatest body's columns and the first arrival: as the fold
            // does.
            const auto known_before = model.load(random_rows::all_keys());
            for (auto& row : folded.journal) {
                const auto before = known_before.journal.find(row.id);
                if (before != known_before.journal.end()) {
                    const auto added = row.deliveries;
                    const auto became = row.became;
                    row = before->second;
                    row.deliveries += added;
                    row.became = became;
                }
            }
            try {
                unit->store(folded, {});
            } catch (const postgres::failure&) {
                // Made up at random, a fact may be there before its event is.
                unit.reset();
                unit = mine.ledger.begin({held, held.next_offset + 1});
                (void)unit->load(unit->lock_customers(random_rows::all_keys()));
                unit->store(folded, {});
            }
            model.store(folded);
            const auto standings = rows.next_standings();
            (void)unit->lock_standings(random_rows::all_organizations());
            unit->store(standings);
            model.store(standings);
            unit->commit();
            ++held.next_offset;
        }
        const auto unit = mine.ledger.begin({held, held.next_offset});
        check_equal(
            unit->load(unit->lock_customers(random_rows::all_keys())),
            model.load(random_rows::all_keys())
        );
        for (const auto& facts :
             unit->load(unit->lock_standings(random_rows::all_organizations()))) {
            check_equal(facts, model.load(facts.organization));
        }
    }
}

TEST_CASE("batches: lives in any cutting read the same as in the model in memory") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    auto events = many_lives(12);
    for (std::size_t each = 0; each < 12; ++each) {
        events.push_back(events[4 * each]);  // told again
    }
    for (unsigned seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        db.rows(
            "TRUNCATE billing_1.events, billing_1.customers, billing_1.customer_facts, "
            "billing_1.subscriptions, billing_1.subscription_facts, billing_1.invoices, "
            "billing_1.invoice_facts, billing_1.checkout_sessions, billing_1.mappings, "
            "billing_1.grants, "
            "billing_1.dunning_cases, billing_1.standings, billhook.notices, billhook.outbox"
        );
        std::mt19937 random(seed);
        std::shuffle(events.begin(), events.end(), random);
        books mine(db);
        claim held = mine.ledger.take_over({stripe_events, 0});
        // Four steps are due; one of them is sent.
        db.rows("UPDATE billhook.offsets SET complete_to = '2026-02-08 02:00Z'");
        memory_projection model;
        for (std::size_t from = 0; from < events.size();) {
            const auto size = std::min<std::size_t>(1 + random() % 7, events.size() - from);
            batch(mine, held, model, std::span(events).subspan(from, size));
            from += size;
        }
        CHECK(db.ask("SELECT count(*) FROM billing_1.standings WHERE as_of IS NOT NULL") == "12");
        CHECK(
            db.ask("SELECT sum(deliveries) FROM billing_1.events") == std::to_string(events.size())
        );
        CHECK(
            db.ask("SELECT string_agg(state || ' ' || count, ', ' ORDER BY state) FROM (SELECT "
                   "state, count(*) FROM billhook.notices GROUP BY state) s"
            ) == "sent 12, skipped 36"
        );
        CHECK(
            db.ask("SELECT count(*) FROM billhook.outbox WHERE topic = 'billing.notices'") == "12"
        );
    }
}

}  // namespace billhook
