#include "worker/projections/promotion_news.hpp"

#include "tests/worker/ledger/lived.hpp"
#include "tests/worker/projections/second.hpp"
#include "worker/projections/promotion.hpp"

#include <doctest/doctest.h>
#include <pqxx/nontransaction>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using builders::database;
using builders::day;
using tests::books;

// org_1 pays until it fails to on d30; org_2 pays.
constexpr const char* before_the_failure = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
    p1 d0 00:00 cus_2 created org=org_2
    p2 d0 00:00 sub_2 created active plan=basic period=0-360 latest=in_9 customer=cus_2
)";
constexpr const char* with_the_failure = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
    p1 d0 00:00 cus_2 created org=org_2
    p2 d0 00:00 sub_2 created active plan=basic period=0-360 latest=in_9 customer=cus_2
    f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 updated status:active->past_due
)";

// What one side has folded, and up to when.
struct side {
    const char* life;
    const char* horizon;
};

// The live projection, and `second` beside it.
struct two_lives {
    two_lives(database& with, side live, side built, std::optional<postgres::applied_plans> by = {})
        : db(with), plans(std::move(by)) {
        db.migrate();
        owner = std::make_unique<postgres::connection>(db.as("billhook_owner"));
        tests::build_second(db);
        worker = std::make_unique<books>(db);
        tests::live_through(*worker, live.life, day(live.horizon));
        written_projection second{.building = "second"};
        if (plans) {
            second.plans = std::make_shared<const postgres::applied_plans>(*plans);
        }
        books builds(db, second);
        tests::live_through(builds, built.life, day(built.horizon));
        // All records are read by both, unless a test says otherwise.
        db.rows("UPDATE billhook.offsets SET next_offset = 100");
        // As the relay does it.
        db.rows("DELETE FROM billhook.outbox");
        last_version = std::stoll(db.ask("SELECT last_value FROM billhook.outbox_id_seq"));
    }

    promotion promote() {
        postgres::applied_plans in_force;
        {
            pqxx::nontransaction in(owner->raw());
            in_force = postgres::plans_in_force(in);
        }
        const auto done = try_promote(*owner, "second", plans.value_or(in_force), 200ms, [] {});
        REQUIRE(done.ending == promotion_ending::done);
        return done;
    }
    // "billing.changes org_1", and of a notice its kind, in the order of sending.
    std::string outbox() {
        return db.ask(
            "SELECT coalesce(string_agg(concat_ws(' ', topic, key, value::jsonb ->> 'kind'), ', ' "
            "ORDER BY id), 'nothing') FROM billhook.outbox"
        );
    }
    std::string notices() {
        return db.ask(
            "SELECT coalesce(string_agg(concat_ws(' ', member, step, state), ', ' ORDER BY member, "
            "step COLLATE \"C\"), 'none') FROM billhook.notices"
        );
    }
    // What the worker's clock does now that `second` is live.
    void tick_until(const char* horizon) {
        db.rows(
            "UPDATE billhook.offsets SET complete_to = '" + to_rfc3339(day(horizon)) +
            "' WHERE projection = 'second'"
        );
        static_cast<void>(worker->ledger.begin_tick());
        const auto unit = worker->ledger.begin_tick();
        REQUIRE(unit);
        unit->store(assess_each(unit->load(unit->claim_due(100)), unit->plans(), unit->horizon()));
        unit->commit();
    }

    database& db;
    std::optional<postgres::applied_plans> plans;
    std::unique_ptr<postgres::connection> owner;
    std::unique_ptr<books> worker;
    std::int64_t last_version = 0;
};

}  // namespace

TEST_CASE("promote: two that say the same tell nothing") {
    database db;
    if (!db.usable()) {
        return;
    }
    two_lives both(db, {with_the_failure, "d36 00:00"}, {with_the_failure, "d36 00:00"});
    const auto before = both.notices();
    const auto done = both.promote();
    CHECK(done.news.changed == 0);
    CHECK(done.news.skipped == 0);
    CHECK(both.outbox() == "nothing");
    CHECK(both.notices() == before);
}

TEST_CASE("promote: a case that only the new one sees is told as a change and mails nobody ever") {
    database db;
    if (!db.usable()) {
        return;
    }
    two_lives both(db, {before_the_failure, "d34 00:00"}, {with_the_failure, "d34 00:00"});
    const auto done = both.promote();
    CHECK(done.news.changed == 1);
    CHECK(done.news.skipped == 1);
    CHECK(both.outbox() == "billing.changes org_1");
    CHECK(
        std::stoll(db.ask("SELECT value::jsonb ->> 'version' FROM billhook.outbox")) >
        both.last_version
    );
    CHECK(both.notices() == "in_2 0d skipped, in_2 3d skipped");
    // The next step falls due while it is live: that one is sent.
    both.tick_until("d34 12:00");
    CHECK(both.outbox() == "billing.changes org_1");
    both.tick_until("d35 02:00");
    CHECK(
        both.outbox() ==
        "billing.changes org_1, billing.changes org_1, billing.notices org_1 final_warning"
    );
}

TEST_CASE("promote: what the live one was about to send is sent") {
    database db;
    if (!db.usable()) {
        return;
    }
    // Its clock has not come to the first step; the new one's has, and told nobody.
    two_lives both(db, {with_the_failure, "d30 01:05"}, {with_the_failure, "d30 02:00"});
    CHECK(both.notices() == "none");
    CHECK(both.promote().news.skipped == 0);
    CHECK(both.outbox() == "billing.changes org_1, billing.notices org_1 payment_failed");
    CHECK(both.notices() == "in_2 0d sent");
}

TEST_CASE("promote: what follows from records that only the new one has read is sent") {
    database db;
    if (!db.usable()) {
        return;
    }
    two_lives both(db, {before_the_failure, "d30 02:00"}, {with_the_failure, "d30 02:00"});
    db.rows(
        "UPDATE billing_2.events SET topic = 'stripe.events', partition = 0, record_offset = 100 "
        "WHERE id = 'evt_f2'"
    );
    CHECK(both.promote().news.skipped == 0);
    CHECK(both.outbox() == "billing.changes org_1, billing.notices org_1 payment_failed");
}

TEST_CASE("promote: steps that are due by other plans alone are skipped") {
    database db;
    if (!db.usable()) {
        return;
    }
    two_lives both(
        db,
        {with_the_failure, "d36 12:00"},
        {with_the_failure, "d36 12:00"},
        postgres::applied_plans{.text = tests::example_plans_with_grace("6d")}
    );
    const auto done = both.promote();
    CHECK(done.news.changed == 1);
    CHECK(done.news.skipped == 1);
    CHECK(both.outbox() == "billing.changes org_1");
    CHECK(db.ask("SELECT state FROM billhook.notices WHERE step = '6d'") == "skipped");
    CHECK(
        db.ask("SELECT access FROM billing.organization_access WHERE organization_id = 'org_1'") ==
        "restricted"
    );
}

TEST_CASE("promote: an organization that only the live one knew is told as unknown") {
    database db;
    if (!db.usable()) {
        return;
    }
    const char* only_one = R"(
        o1 d0 00:00 cus_1 created org=org_1
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
    )";
    two_lives both(db, {before_the_failure, "d10 00:00"}, {only_one, "d10 00:00"});
    CHECK(both.promote().news.changed == 1);
    CHECK(both.outbox() == "billing.changes org_2");
    CHECK(db.ask("SELECT value::jsonb ->> 'access' FROM billhook.outbox") == "full");
    CHECK(db.ask("SELECT count(*) FROM billing_2.standings WHERE organization = 'org_2'") == "0");
}

}  // namespace billhook
