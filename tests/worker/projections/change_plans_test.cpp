#include "worker/projections/change_plans.hpp"

#include "tests/worker/ledger/lived.hpp"
#include "tests/worker/projections/second.hpp"
#include "worker/domain/assess.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::database;
using builders::day;
using tests::books;
using tests::example_plans_with_grace;
using tests::stripe_events;

// One that failed to pay on d30, one that pays; everything up to d36 is read.
constexpr const char* two_lives = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
    f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 updated status:active->past_due
    p1 d0 00:00 cus_2 created org=org_2
    p2 d0 00:00 sub_2 created active plan=basic period=0-360 latest=in_9 customer=cus_2
)";

// Both, folded and assessed up to d36.
struct lived {
    lived() {
        if (db.usable()) {
            db.migrate();
            mine = std::make_unique<books>(db);
            tests::live_through(*mine, two_lives, day("d36 00:00"));
        }
    }

    result<plans_change, plans_refusal> change(
        const plans_text& next,
        std::int64_t from_version,
        std::chrono::milliseconds patience = std::chrono::seconds{20}
    ) {
        postgres::connection owner(db.as("billhook_owner"));
        return change_plans(
            owner,
            {.next = next, .from_version = from_version, .patience = patience},
            [](std::size_t) {}
        );
    }

    std::string access_of(const std::string& organization) {
        return db.ask(
            "SELECT concat_ws(' ', access, reason) FROM billing.organization_access WHERE "
            "organization_id = '" +
            organization + "'"
        );
    }

    // I11, as any snapshot shows it.
    void check_standings() const {
        postgres::connection reads(db.as_owner());
        snapshot_reader snapshot(reads);
        const auto plans = postgres::plans_in_force(snapshot.in()).text.plans;
        const auto all = snapshot.next(100);
        CHECK(all.size() == 2);
        for (const auto& facts : all) {
            REQUIRE(facts.stored);
            CHECK((assess(facts, plans, facts.stored->as_of) == *facts.stored));
        }
    }

    database db;
    std::unique_ptr<books> mine;
};

}  // namespace

TEST_CASE("change_plans: every standing follows with the version in one transaction") {
    lived both;
    if (!both.db.usable()) {
        return;
    }
    CHECK(both.access_of("org_1") == "full grace");
    both.check_standings();
    const auto done = both.change(example_plans_with_grace("3d"), 1);
    REQUIRE(done.has_value());
    CHECK(done->version == 2);
    CHECK(done->organizations == 2);
    CHECK(done->changed == 1);
    CHECK(both.access_of("org_1") == "restricted restricted");
    CHECK(both.access_of("org_2") == "full paid");
    both.check_standings();
    CHECK(both.db.ask("SELECT generation FROM billhook.projections") == "2");
    CHECK(
        both.db.ask("SELECT string_agg(version::text, ' ' ORDER BY version) FROM billhook.plans") ==
        "1 2"
    );
}

TEST_CASE("change_plans: a worker of before writes nothing and then goes on with the new plans") {
    lived both;
    if (!both.db.usable()) {
        return;
    }
    const claim held = both.mine->ledger.take_over({stripe_events, 0});
    const plans_text next = example_plans_with_grace("3d");
    REQUIRE(both.change(next, 1).has_value());
    CHECK(
        both.mine->ledger.begin({held, held.next_offset, std::nullopt, day("d37 00:00")}) == nullptr
    );
    CHECK(both.mine->ledger.begin_tick() == nullptr);
    const auto tick = both.mine->ledger.begin_tick();
    REQUIRE(tick);
    CHECK((tick->plans() == next.plans));
}

TEST_CASE("change_plans: waits for open units and says when it must not wait longer") {
    lived both;
    if (!both.db.usable()) {
        return;
    }
    auto open = both.mine->ledger.begin_tick();
    REQUIRE(open);
    const auto refused =
        both.change(example_plans_with_grace("3d"), 1, std::chrono::milliseconds{1});
    REQUIRE(!refused.has_value());
    CHECK(refused.error() == plans_refusal::busy);
    CHECK(both.db.ask("SELECT max(version) FROM billhook.plans") == "1");
    CHECK((open->plans() == builders::example_plans()));
    open.reset();
    CHECK(both.change(example_plans_with_grace("3d"), 1).has_value());
}

TEST_CASE("change_plans: nothing happened if others were faster or if it was killed") {
    lived both;
    if (!both.db.usable()) {
        return;
    }
    REQUIRE(both.change(example_plans_with_grace("10d"), 1).has_value());
    const auto late = both.change(example_plans_with_grace("3d"), 1);
    REQUIRE(!late.has_value());
    CHECK(late.error() == plans_refusal::superseded);
    postgres::connection owner(both.db.as("billhook_owner"));
    CHECK_THROWS_AS(
        static_cast<void>(change_plans(
            owner,
            {.next = example_plans_with_grace("3d"), .from_version = 2},
            [](std::size_t) { throw std::runtime_error("killed"); }
        )),
        std::runtime_error
    );
    CHECK(both.db.ask("SELECT max(version) FROM billhook.plans") == "2");
    CHECK(both.access_of("org_1") == "full grace");
    both.check_standings();
}

TEST_CASE("change_plans: a projection beside the live one is to be assessed again as a whole") {
    lived both;
    if (!both.db.usable()) {
        return;
    }
    tests::build_second(both.db);
    both.db.rows(
        "INSERT INTO billing_2.standings (organization, as_of, next_change_at) VALUES ('org_1', "
        "now(), now())"
    );
    const auto done = both.change(example_plans_with_grace("3d"), 1);
    REQUIRE(done.has_value());
    CHECK(done->to_replay == std::vector<std::string>{"second"});
    CHECK(
        both.db.ask("SELECT as_of IS NULL AND next_change_at IS NULL FROM billing_2.standings") ==
        "t"
    );
}

TEST_CASE("migrate: the first plans are put in force and later files only reported") {
    database db;
    if (!db.usable()) {
        return;
    }
    CHECK(!db.migrate().other_plans);
    const auto again = postgres::migrate(
        db.as_owner(), example_plans_with_grace("3d"), builders::usual_migration()
    );
    CHECK(again.other_plans);
    CHECK(db.ask("SELECT count(*) FROM billhook.plans") == "1");
    postgres::connection reads(db.as("billhook_worker"));
    CHECK((prepare_for_work(reads).text.plans == builders::example_plans()));
}

}  // namespace billhook
