#include "worker/projections/building.hpp"

#include "tests/builders/life.hpp"
#include "tests/worker/projections/second.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::database;
using tests::books;
using tests::build_second;
using tests::from_the_start;
using tests::stripe_events;

// A mapping record, folded and assessed as a batch of its own.
void pass_mapping(postgres_ledger& books, const std::string& organization) {
    claim held = books.take_over({stripe_events, 0});
    mapping said;
    said.id = event_id("evt_map_" + organization + std::to_string(held.next_offset));
    said.organization = organization_id(organization);
    said.created = from_unix_seconds(1'000);
    const std::vector<received> events{
        {.at = {stripe_events, 0, held.next_offset}, .received_at = {}, .what = said}
    };
    const auto unit = books.begin({held, held.next_offset + 1, "print", from_unix_seconds(2'000)});
    REQUIRE(unit);
    restated fresh;
    const auto touched = tests::store_folded(*unit, events);
    for (const auto& facts : unit->load(unit->lock_standings(touched))) {
        standing one;
        one.organization = facts.organization;
        one.subscription_status = "trial";
        one.as_of = from_unix_seconds(2'000);
        fresh.standings.push_back(one);
    }
    unit->store(fresh);
    unit->commit();
}

}  // namespace

TEST_CASE("building: a schema of its own that a worker's role may write and nobody reads") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    postgres::connection owner(db.as("billhook_owner"));
    const std::array<std::int64_t, 3> starts{0, 7, 0};
    const auto made = take_up_building(owner, "second", stripe_events, starts);
    REQUIRE(made.has_value());
    CHECK(made->schema == "billing_2");
    CHECK(made->role == "building");
    books mine(db, {.building = "second"});
    pass_mapping(mine.ledger, "org_1");
    CHECK(db.ask("SELECT count(*) FROM billing_2.mappings") == "1");
    CHECK(db.ask("SELECT count(*) FROM billing_1.mappings") == "0");
    CHECK(db.ask("SELECT count(*) FROM billing.organization_access") == "0");
    CHECK(
        db.ask("SELECT string_agg(concat_ws(':', partition, first_offset, next_offset), ' ' ORDER "
               "BY partition) FROM billhook.offsets WHERE projection = 'second'"
        ) == "0:0:1 1:7:7 2:0:0"
    );
    // A second migrate brings every projection forward and changes nothing.
    CHECK(db.migrate().applied.empty());
}

TEST_CASE("building: begun twice is the same one and only under its conditions") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    postgres::connection owner(db.as_owner());
    const auto take_up = [&](const std::string& name) {
        return take_up_building(owner, name, stripe_events, from_the_start);
    };
    const auto first = take_up("second");
    REQUIRE(first.has_value());
    db.rows("UPDATE billhook.offsets SET next_offset = 5, stop_at = 5");
    db.rows("UPDATE billhook.projections SET role = 'old' WHERE name = 'second'");
    const auto again = take_up("second");
    REQUIRE(again.has_value());
    CHECK(*again == *first);
    CHECK(
        db.ask("SELECT bool_and(next_offset = 5 AND stop_at IS NULL) FROM billhook.offsets") == "t"
    );
    struct row {
        const char* name;
        const char* sql;
        const char* projection;
        projection_refusal why;
    };
    const row rows[] = {
        {"no name",           "SELECT",                                             "Second",     projection_refusal::bad_name},
        {"an injection",      "SELECT",                                             "a;b",        projection_refusal::bad_name},
        {"Postgres' own",     "SELECT",                                             "pg_catalog", projection_refusal::bad_name},
        {"the views'",        "SELECT",                                             "billing",    projection_refusal::bad_name},
        {"the live one",      "SELECT",                                             "billing_1",  projection_refusal::is_live },
        {"another partition",
         "INSERT INTO billhook.offsets VALUES ('second', 'stripe.events', 9)",      "second",
         projection_refusal::other_partitions                                                                                 },
        {"another program's",
         "UPDATE billhook.projections SET fold_version = 99 WHERE name = 'second'", "second",
         projection_refusal::other_fold_version                                                                               },
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        db.rows(each.sql);
        const auto refused = take_up(each.projection);
        REQUIRE(refused.has_error());
        CHECK(refused.error() == each.why);
        CHECK(!to_text(refused.error(), each.projection).empty());
    }
}

TEST_CASE("building: the first half alone marks the standings that it names") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    build_second(db);
    const auto standings = [&] {
        return db.ask(
            "SELECT string_agg(organization || ' ' || (as_of IS NOT NULL), ', ' ORDER BY "
            "organization) FROM billing_2.standings"
        );
    };
    books half(db, {.building = "second", .first_half_alone = true});
    books both(db, {.building = "second"});
    pass_mapping(half.ledger, "org_1");
    pass_mapping(both.ledger, "org_2");
    CHECK(standings() == "org_1 false, org_2 true");
    pass_mapping(both.ledger, "org_1");
    CHECK(standings() == "org_1 true, org_2 true");
    pass_mapping(half.ledger, "org_2");
    CHECK(standings() == "org_1 true, org_2 false");
}

TEST_CASE("building: a ledger ends with the role of its projection") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    build_second(db);
    books mine(db, {.building = "second"});
    const claim held = mine.ledger.take_over({stripe_events, 0});
    db.rows(
        "UPDATE billhook.projections SET role = 'old', generation = generation + 1 WHERE name "
        "= 'second'"
    );
    CHECK(mine.ledger.begin({held, 1}) == nullptr);
    CHECK_THROWS_WITH(
        (void)mine.ledger.take_over({stripe_events, 0}),
        "there is no projection second that is being built"
    );
}

TEST_CASE("drop: everything of a projection goes and never the live one") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    build_second(db);
    postgres::connection owner(db.as("billhook_owner"));
    books mine(db, {.building = "second"});
    const claim held = mine.ledger.take_over({stripe_events, 0});
    const auto unit = mine.ledger.begin({held, 2});
    unit->store({}, tests::dead_records(0, 0, 2));
    unit->commit();
    CHECK(db.ask("SELECT count(*) FROM billhook.dead_letters") == "2");
    CHECK(drop_projection(owner, "billing_1").error() == projection_refusal::is_live);
    CHECK(drop_projection(owner, "third").error() == projection_refusal::unknown);
    CHECK(drop_projection(owner, "second").has_value());
    CHECK(db.ask("SELECT count(*) FROM billhook.dead_letters") == "0");
    CHECK(db.ask("SELECT count(*) FROM billhook.offsets WHERE projection = 'second'") == "0");
    CHECK(db.ask("SELECT to_regnamespace('billing_2') IS NULL") == "t");
    CHECK(mine.ledger.begin({held, 3}) == nullptr);
    // The name may be used again; nothing of the first fits the second.
    const auto again = take_up_building(owner, "second", stripe_events, from_the_start);
    REQUIRE(again.has_value());
    CHECK(db.migrate().applied.empty());
}

TEST_CASE("snapshot reader: every organization by id and of one moment over two connections") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    build_second(db);
    books live(db);
    books built(db, {.building = "second"});
    for (const char* const each : {"org_2", "org_1", "org_3"}) {
        pass_mapping(live.ledger, each);
    }
    pass_mapping(built.ledger, "org_1");
    postgres::connection one(db.as_owner());
    postgres::connection two(db.as_owner());
    snapshot_reader of_live(one);
    snapshot_reader of_built(two, of_live, "second");
    CHECK(of_live.of().name == "billing_1");
    CHECK(of_built.of().name == "second");
    pass_mapping(live.ledger, "org_4");
    pass_mapping(built.ledger, "org_4");
    const auto names = [](snapshot_reader& from, std::size_t limit) {
        std::string all;
        for (auto page = from.next(limit); !page.empty(); page = from.next(limit)) {
            for (const auto& each : page) {
                all += each.organization.text() + (each.stored ? "+ " : "- ");
                CHECK(each.mappings.size() == 1);
            }
            all += "| ";
        }
        return all;
    };
    CHECK(names(of_live, 2) == "org_1+ org_2+ | org_3+ | ");
    CHECK(names(of_built, 2) == "org_1+ | ");
    postgres::connection third(db.as_owner());
    CHECK_THROWS_WITH(
        snapshot_reader(third, "nobody"),
        "there is no projection nobody: see `billhook projections list`"
    );
}

}  // namespace billhook
