#include "worker/ledger/notice_claims.hpp"

#include "tests/builders/postgres/database.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

namespace billhook {
namespace {

using builders::database;

notice about(const std::string& id) {
    notice what;
    what.id = id;
    what.subscription = subscription_id("sub_1");
    return what;
}

struct claimant {
    claimant(const database& db, const std::string& name)
        : connection(db.as("billhook_notifier")), claims(connection, name) {}
    postgres::connection connection;
    postgres_notice_claims claims;
};

// One row a member, as the worker writes them.
void record(
    database& db,
    const std::string& id,
    const std::string& kind,
    const std::string& step,
    const std::vector<std::string>& members
) {
    for (const auto& member : members) {
        db.rows(
            "INSERT INTO billhook.notices (subscription, member, step, notice, organization, kind, "
            "state) VALUES ('sub_1', '" +
            member + "', '" + step + "', '" + id + "', 'org_1', '" + kind + "', 'sent')"
        );
    }
}

std::string states(database& db) {
    return db.ask(
        "SELECT string_agg(concat_ws(' ', member, claimed_by, outcome, cause, finished_at IS NOT "
        "NULL), '; ' ORDER BY member) FROM billhook.notices"
    );
}

}  // namespace

TEST_CASE("notice claims: one holder gets it with all its members") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    record(db, "ntc_1", "payment_failed", "0d", {"in_1", "in_2"});
    claimant a(db, "a");
    claimant b(db, "b");
    CHECK_FALSE(a.claims.look(about("ntc_1")).taken);
    CHECK(a.claims.claim("ntc_1"));
    CHECK_FALSE(b.claims.claim("ntc_1"));
    CHECK(b.claims.look(about("ntc_1")).taken);
    CHECK(states(db) == "in_1 a f; in_2 a f");

    // Its own claim, of whose COMMIT it may not have heard.
    CHECK_FALSE(a.claims.look(about("ntc_1")).taken);
    CHECK(a.claims.claim("ntc_1"));
    b.claims.finish("ntc_1", notice_outcome::failed, "bad_address");
    CHECK(states(db) == "in_1 a f; in_2 a f");
    a.claims.finish("ntc_1", notice_outcome::delivered, "");
    CHECK(states(db) == "in_1 a delivered t; in_2 a delivered t");
    CHECK(a.claims.look(about("ntc_1")).taken);
    CHECK_FALSE(a.claims.claim("ntc_1"));
}

TEST_CASE("notice claims: released it is free and in doubt it is nobody's") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    record(db, "ntc_1", "payment_failed", "0d", {"in_1"});
    claimant a(db, "a");
    claimant b(db, "b");
    CHECK(a.claims.claim("ntc_1"));
    b.claims.release("ntc_1");
    CHECK_FALSE(b.claims.claim("ntc_1"));
    a.claims.release("ntc_1");
    CHECK(b.claims.claim("ntc_1"));
    b.claims.leave_in_doubt("ntc_1", "in_doubt");
    CHECK(states(db) == "in_1 b in_doubt f");
    CHECK_FALSE(b.claims.claim("ntc_1"));
    CHECK(b.claims.look(about("ntc_1")).taken);
}

TEST_CASE("notice claims: many at once and one wins") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    for (int round = 0; round < 10; ++round) {
        const std::string id = "ntc_" + std::to_string(round);
        record(db, id, "payment_failed", id, {"in_1", "in_2", "in_3"});
    }
    std::vector<int> won(4);
    std::vector<std::thread> all;
    for (std::size_t one = 0; one < won.size(); ++one) {
        all.emplace_back([&db, &won, one] {
            claimant mine(db, "holder" + std::to_string(one));
            for (int round = 0; round < 10; ++round) {
                won[one] += mine.claims.claim("ntc_" + std::to_string(round)) ? 1 : 0;
            }
        });
    }
    int sum = 0;
    for (std::size_t one = 0; one < won.size(); ++one) {
        all[one].join();
        sum += won[one];
    }
    CHECK(sum == 10);
    CHECK(
        db.ask("SELECT count(*) FROM (SELECT notice FROM billhook.notices GROUP BY notice HAVING "
               "count(DISTINCT claimed_by) = 1 AND count(claimed_by) = 3) whole") == "10"
    );
}

TEST_CASE("notice claims: only what was to be sent can be claimed") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    record(db, "ntc_1", "payment_failed", "0d", {"in_1"});
    db.rows("UPDATE billhook.notices SET state = 'skipped'");
    claimant a(db, "a");
    CHECK_FALSE(a.claims.look(about("ntc_1")).recorded);
    CHECK_FALSE(a.claims.look(about("ntc_other")).recorded);
    CHECK_FALSE(a.claims.claim("ntc_1"));
}

TEST_CASE("notice claims: what may have overtaken it is seen") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    claimant a(db, "a");
    record(db, "ntc_1", "payment_failed", "0d", {"in_1"});
    db.rows("UPDATE billhook.notices SET recorded_at = now() - interval '2 hours'");
    auto seen = a.claims.look(about("ntc_1"));
    CHECK(seen.recorded);
    CHECK(seen.age >= std::chrono::hours{2});
    CHECK(seen.age < std::chrono::hours{3});
    CHECK_FALSE(seen.around.open_case);
    CHECK(seen.around.status.empty());
    CHECK_FALSE(seen.around.told_since);

    db.rows(
        "INSERT INTO billing_1.dunning_cases (subscription, anchor, members, last_failure, "
        "action_required, paid, forgiven) VALUES ('sub_1', now(), '{in_1}', now(), false, false, "
        "false)"
    );
    record(db, "ntc_2", "trial_ending", "trial_ending@1", {"sub_1"});
    seen = a.claims.look(about("ntc_1"));
    CHECK(seen.around.open_case);
    CHECK_FALSE(seen.around.told_since);
    record(db, "ntc_3", "reminder", "3d", {"in_1"});
    CHECK(a.claims.look(about("ntc_1")).around.told_since);
    CHECK_FALSE(a.claims.look(about("ntc_3")).around.told_since);
    CHECK_FALSE(a.claims.look(about("ntc_3")).recovering);
    db.rows("INSERT INTO billhook.leases VALUES ('recovery', 'billhook', now() + interval '1 hour')"
    );
    CHECK(a.claims.look(about("ntc_3")).recovering);
    db.rows("UPDATE billhook.leases SET until = now() - interval '1 s' WHERE name = 'recovery'");
    CHECK_FALSE(a.claims.look(about("ntc_3")).recovering);
    db.rows("UPDATE billing_1.dunning_cases SET ended_at = now()");
    CHECK_FALSE(a.claims.look(about("ntc_1")).around.open_case);
}

TEST_CASE("notice claims: a grant of which it tells is in force until its end or its revoke") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    claimant a(db, "a");
    const auto give = [&](const std::string& id, const std::string& until, const char* revokes) {
        db.rows(
            "INSERT INTO billing_1.grants (event, organization, revokes, full_access, features, "
            "exempt, until, actor, reason, created) VALUES ('" +
            id + "', 'org_1', " + revokes + ", true, '{}', false, " + until + ", 'ada', '', now())"
        );
    };
    const auto is_granted = [&](const std::string& id, const std::string& organization) {
        auto what = about("ntc_1");
        what.kind = notice_kind::grant_ending;
        what.step = "grant_ending@" + id;
        what.organization = organization_id(organization);
        return a.claims.look(what).around.granted;
    };
    give("grant_1", "now() + interval '1 day'", "NULL");
    give("grant_2", "now() - interval '1 s'", "NULL");
    CHECK(is_granted("grant_1", "org_1"));
    CHECK_FALSE(is_granted("grant_1", "org_2"));
    CHECK_FALSE(is_granted("grant_2", "org_1"));
    CHECK_FALSE(is_granted("grant_3", "org_1"));
    give("revoke_1", "NULL", "'grant_1'");
    CHECK_FALSE(is_granted("grant_1", "org_1"));
}

TEST_CASE("notice claims: the subscription's state is seen as it counts") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    claimant a(db, "a");
    db.rows(
        "INSERT INTO billing_1.subscriptions (id, event, event_created, ambiguous, deleted, begun, "
        "status, items, cancel_at_period_end, trial_end) VALUES ('sub_1', 'evt_1', now(), false, "
        "false, true, 'trialing', '[]', false, '2026-12-01T00:00:00Z')"
    );
    auto seen = a.claims.look(about("ntc_1"));
    CHECK(seen.around.status == "trialing");
    CHECK((seen.around.trial_end == from_rfc3339("2026-12-01T00:00:00Z")));
    db.rows("UPDATE billing_1.subscriptions SET deleted = true");
    CHECK(a.claims.look(about("ntc_1")).around.status == "canceled");
    db.rows(
        "INSERT INTO billing_1.standings (organization, subscription, reason) VALUES ('', "
        "'sub_1', 'unpaid')"
    );
    CHECK(a.claims.look(about("ntc_1")).around.counts);
    db.rows("UPDATE billing_1.standings SET reason = 'granted'");
    CHECK_FALSE(a.claims.look(about("ntc_1")).around.counts);
}

}  // namespace billhook
