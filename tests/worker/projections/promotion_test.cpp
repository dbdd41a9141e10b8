#include "worker/projections/promotion.hpp"

#include "tests/worker/projections/second.hpp"
#include "worker/projections/comparison.hpp"

#include <doctest/doctest.h>
#include <pqxx/nontransaction>

#include <chrono>
#include <future>
#include <string>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using builders::database;
using tests::stripe_events;

// A live projection at 10 in every partition, and `second`, equal to it, beside it.
struct two_projections {
    two_projections() {
        if (!db.usable()) {
            return;
        }
        db.migrate();
        owner = std::make_unique<postgres::connection>(db.as("billhook_owner"));
        tests::build_second(db);
        live = std::make_unique<tests::books>(db);
        static_cast<void>(live->ledger.take_over({stripe_events, 0}));
        db.rows("UPDATE billhook.offsets SET next_offset = 10, complete_to = '2026-01-01Z'");
        for (const char* const schema : {"billing_1", "billing_2"}) {
            db.rows(
                std::string("INSERT INTO ") + schema +
                ".standings (organization, access, reason, subscription_status, features, as_of) "
                "VALUES ('org_1', 'full', 'paid', 'active', '{}', '2026-01-01Z'), ('org_2', "
                "'full', 'paid', 'active', '{}', '2026-01-01Z')"
            );
        }
    }

    promotion promote(const std::string& name, std::chrono::milliseconds patience = 200ms) {
        const auto plans = [&] {
            pqxx::nontransaction in(owner->raw());
            return postgres::plans_in_force(in);
        }();
        return try_promote(*owner, name, plans, patience, [&] { ++commits; });
    }
    // In a thread of its own, until it succeeds or has failed too often. Returns how often it
    // tried.
    std::future<int> promote_at_last(const std::string& name) {
        return std::async(std::launch::async, [this, name] {
            int tries = 1;
            while (promote(name, 5s).ending != promotion_ending::done && tries < 50) {
                ++tries;
            }
            return tries;
        });
    }
    // Locks of promotes on a view: "waits" or "holds".
    bool promote_has(const std::string& view, const std::string& how) {
        return db.ask(
                   "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = to_regclass('billing." +
                   view + "') AND mode = 'AccessExclusiveLock' AND granted = ('" + how +
                   "' = 'holds'))"
               ) == "t";
    }
    void await(const std::future<int>& promoting, const std::string& view) {
        while (!promote_has(view, "waits")) {
            REQUIRE(promoting.wait_for(5ms) == std::future_status::timeout);
        }
    }
    std::string roles() {
        return db.ask(
            "SELECT string_agg(name || ' ' || role, ', ' ORDER BY name) FROM "
            "billhook.projections"
        );
    }

    database db;
    std::unique_ptr<postgres::connection> owner;
    std::unique_ptr<tests::books> live;
    int commits = 0;
};

}  // namespace

TEST_CASE("promote: only what is not behind and free of locks") {
    struct row {
        const char* name;
        const char* sql;   // done first
        const char* undo;  // afterwards
        promotion_ending ending;
    };
    const row rows[] = {
        {"an offset behind",
         "UPDATE billhook.offsets SET next_offset = 9 WHERE projection = 'second' AND partition = "
         "1",                                                                          "UPDATE billhook.offsets SET next_offset = 10",
         promotion_ending::behind  },
        {"a time behind",
         "UPDATE billhook.offsets SET complete_to = '2025-12-31Z' WHERE projection = 'second' AND "
         "partition = 2",                                                              "UPDATE billhook.offsets SET complete_to = '2026-01-01Z'",
         promotion_ending::behind  },
        {"never complete",
         "UPDATE billhook.offsets SET complete_to = NULL WHERE projection = 'second'", "UPDATE billhook.offsets SET complete_to = '2026-01-01Z'",
         promotion_ending::behind  },
        {"not all assessed",
         "UPDATE billing_2.standings SET as_of = NULL WHERE organization = 'org_1'",   "UPDATE billing_2.standings SET as_of = '2026-01-01Z'",
         promotion_ending::behind  },
        {"no more building",
         "UPDATE billhook.projections SET role = 'old' WHERE name = 'second'",         "UPDATE billhook.projections SET role = 'building' WHERE name = 'second'",
         promotion_ending::not_ours},
        {"another program's",
         "UPDATE billhook.projections SET fold_version = 99 WHERE name = 'second'",    "UPDATE billhook.projections SET fold_version = 98 WHERE name = 'second'",
         promotion_ending::not_ours},
    };
    two_projections both;
    if (!both.db.usable()) {
        return;
    }
    for (const row& each : rows) {
        CAPTURE(each.name);
        both.db.rows(each.sql);
        CHECK(both.promote("second").ending == each.ending);
        both.db.rows(each.undo);
    }
    CHECK(both.commits == 0);
    CHECK(both.db.ask("SELECT bool_and(epoch < 2) FROM billhook.offsets") == "t");
}

TEST_CASE("promote: roles and generations and epochs and views change together") {
    two_projections both;
    if (!both.db.usable()) {
        return;
    }
    // It is told as its facts give it, and it has none.
    both.db.rows("UPDATE billing_2.standings SET reason = 'grace' WHERE organization = 'org_2'");
    both.db.rows("UPDATE billhook.offsets SET stop_at = 10 WHERE projection = 'second'");
    const claim held = both.live->ledger.take_over({stripe_events, 0});
    const promotion done = both.promote("second");
    CHECK(done.ending == promotion_ending::done);
    CHECK(done.retired == "billing_1");
    CHECK(done.news.changed == 1);
    CHECK(both.commits == 1);
    CHECK(both.roles() == "billing_1 old, second live");
    CHECK(
        both.db.ask("SELECT string_agg(reason, ' ' ORDER BY organization_id) FROM "
                    "billing.organization_access") == "paid trial_over"
    );
    CHECK(
        both.db.ask("SELECT bool_and(epoch > 0 AND stop_at IS NULL) FROM billhook.offsets") == "t"
    );
    // The batch that a worker had in hand ends here; then it writes the other one.
    CHECK(both.live->ledger.begin({held, 11}) == nullptr);
    const claim next = both.live->ledger.take_over({stripe_events, 0});
    const auto unit = both.live->ledger.begin({next, 11});
    REQUIRE(unit);
    unit->commit();
    CHECK(
        both.db.ask("SELECT string_agg(projection || ' ' || next_offset, ', ' ORDER BY projection) "
                    "FROM billhook.offsets WHERE partition = 0") == "billing_1 10, second 11"
    );
    // And back, once it has caught up.
    REQUIRE(
        take_up_building(*both.owner, "billing_1", stripe_events, tests::from_the_start).has_value()
    );
    CHECK(both.promote("billing_1").ending == promotion_ending::behind);
    both.db.rows("UPDATE billhook.offsets SET next_offset = 11 WHERE projection = 'billing_1'");
    CHECK(both.promote("billing_1").ending == promotion_ending::done);
    CHECK(both.roles() == "billing_1 live, second old");
    CHECK(both.db.migrate().applied.empty());
}

TEST_CASE("promote: an open batch or a reader of the views is waited for and not torn") {
    two_projections both;
    if (!both.db.usable()) {
        return;
    }
    {
        const claim held = both.live->ledger.take_over({stripe_events, 1});
        const auto unit = both.live->ledger.begin({held, 10});
        REQUIRE(unit);
        CHECK(both.promote("second").ending == promotion_ending::locked_out);
    }
    {
        postgres::connection application(both.db.as("billhook_app"));
        pqxx::work reads(application.raw());
        static_cast<void>(reads.exec("SELECT FROM billing.organization_access"));
        CHECK(both.promote("second").ending == promotion_ending::locked_out);
        CHECK(reads.exec("SELECT FROM billing.organization_access").size() == 2);
    }
    CHECK(both.promote("second").ending == promotion_ending::done);
}

TEST_CASE("promote: waits for a reader of the answer before it holds what lies behind it") {
    two_projections both;
    if (!both.db.usable()) {
        return;
    }
    postgres::connection application(both.db.as("billhook_app"));
    pqxx::work reads(application.raw());
    static_cast<void>(reads.exec("SELECT access FROM billing.organization_access"));
    auto promoting = both.promote_at_last("second");
    both.await(promoting, "organization_access");
    for (const char* const view : {"horizon", "subscription_history", "unmapped_customers"}) {
        CAPTURE(view);
        CHECK_FALSE(both.promote_has(view, "holds"));
    }
    CHECK(reads.exec("SELECT as_of FROM billing.organization_access").size() == 2);
    reads.commit();
    static_cast<void>(promoting.get());
    CHECK(both.roles() == "billing_1 old, second live");
}

TEST_CASE("promote: gives way to who holds one view and asks for another") {
    two_projections both;
    if (!both.db.usable()) {
        return;
    }
    // Postgres refuses whoever has waited for this long in a circle; the promote's own is longer.
    postgres::connection application(both.db.as_owner());
    pqxx::work reads(application.raw());
    reads.exec("SET LOCAL deadlock_timeout = '300ms'");
    static_cast<void>(reads.exec("SELECT FROM billing.subscription_history"));
    auto promoting = both.promote_at_last("second");
    both.await(promoting, "subscription_history");
    CHECK(reads.exec("SELECT FROM billing.organization_access").size() == 2);
    reads.commit();
    CHECK(promoting.get() > 1);
    CHECK(both.roles() == "billing_1 old, second live");
}

TEST_CASE("promote: what was settled of a dead letter stays settled") {
    two_projections both;
    if (!both.db.usable()) {
        return;
    }
    for (const char* const name : {"billing_1", "second"}) {
        both.db.rows(
            std::string("INSERT INTO billhook.dead_letters (projection, topic, partition, "
                        "record_offset, reason, body, received_at) VALUES ('") +
            name + "', 'stripe.events', 0, 3, 'syntax', '', now())"
        );
    }
    both.db.rows(
        "UPDATE billhook.dead_letters SET resolved_at = now(), resolution = 'discarded', "
        "note = 'a test' WHERE projection = 'billing_1'"
    );
    CHECK(both.promote("second").ending == promotion_ending::done);
    CHECK(
        both.db.ask("SELECT resolution || ' ' || note FROM billhook.dead_letters WHERE projection "
                    "= 'second'") == "discarded a test"
    );
}

TEST_CASE("comparison: every differing row with its organization and nothing else") {
    two_projections both;
    if (!both.db.usable()) {
        return;
    }
    for (const char* const schema : {"billing_1", "billing_2"}) {
        const std::string into = std::string("INSERT INTO ") + schema;
        both.db.rows(
            into +
            ".customers (id, known, organization) VALUES ('cus_1', true, 'org_1'), "
            "('cus_2', true, NULL)"
        );
        both.db.rows(
            into +
            ".events VALUES ('evt_1', 't', 'o', 'cus_1', NULL, 'v', 'stripe.events', 0, 1, "
            "now(), 'applied', 1), ('evt_2', 't', 'o', NULL, NULL, 'v', 'stripe.events', 0, "
            "2, now(), 'stale', 2)"
        );
        both.db.rows(
            into +
            ".dunning_cases VALUES ('sub_1', '2026-01-01Z', NULL, '{in_1}', '2026-01-01Z', "
            "false, false, false)"
        );
    }
    const auto differences = [&] {
        pqxx::nontransaction in(both.owner->raw());
        return compare_rows(in, "billing_1", "billing_2", 10);
    };
    // Arrival may differ, standings are compared otherwise.
    both.db.rows(
        "UPDATE billing_2.events SET outcome = 'stale', deliveries = 9, record_offset = 7, "
        "partition = 5, received_at = 'epoch', topic = 'x'"
    );
    both.db.rows("UPDATE billing_2.standings SET access = 'none'");
    CHECK(differences().empty());
    both.db.rows("UPDATE billing_2.events SET type = 'u', api_version = 'w' WHERE id = 'evt_1'");
    both.db.rows("DELETE FROM billing_2.customers WHERE id = 'cus_2'");
    both.db.rows(
        "INSERT INTO billing_2.mappings (event, organization, created) VALUES ('evt_m', "
        "'org_2', now())"
    );
    both.db.rows("UPDATE billing_2.dunning_cases SET members = '{in_1,in_2}', paid = true");
    const std::vector<row_difference> expected{
        {"customers",     "cus_2",                        "",      "only in the first" },
        {"dunning_cases", "sub_1 2026-01-01 00:00:00+00", "",      "members, paid"     },
        {"events",        "evt_1",                        "org_1", "type, api_version" },
        {"mappings",      "evt_m",                        "org_2", "only in the second"},
    };
    const auto found = differences();
    REQUIRE(found.size() == expected.size());
    for (std::size_t at = 0; at < expected.size(); ++at) {
        CAPTURE(found[at].table);
        CAPTURE(found[at].key);
        CAPTURE(found[at].what);
        CHECK(found[at] == expected[at]);
    }
    pqxx::nontransaction in(both.owner->raw());
    const balance of_live = balance_of(in, "billing_1", "billing_1");
    CHECK(of_live.consumed == 30);
    CHECK(of_live.deliveries == 3);
    CHECK(!of_live.holds());
}

}  // namespace billhook
