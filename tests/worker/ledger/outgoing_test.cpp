#include "worker/ledger/outgoing.hpp"

#include "schemas/messages/topics.hpp"
#include "tests/worker/ledger/lived.hpp"
#include "tests/worker/projections/second.hpp"
#include "worker/ledger/postgres_outbox.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::database;
using tests::books;
using tests::stripe_events;

standing standing_of(const std::string& organization) {
    standing one;
    one.organization = organization_id(organization);
    one.subscription_status = "active";
    one.why = reason::paid;
    one.customer = customer_id("acct_1/cus_1");
    one.as_of = from_unix_seconds(1'000);
    return one;
}

// One that is sent, or only recorded, for two members.
due_notice step_of(const std::string& number, const std::string& step, bool is_sent) {
    due_notice due;
    due.id = "ntc_" + number + "_" + step;
    due.kind = notice_kind::reminder;
    const subscription_id subscription("sub_" + number);
    const auto state = is_sent ? notice_state::sent : notice_state::skipped;
    due.rows = {
        {subscription, "in_" + number, step, state},
        {subscription, "in_x",         step, state}
    };
    if (is_sent) {
        due.sent.emplace();
        due.sent->id = due.id;
        due.sent->kind = due.kind;
        due.sent->step = step;
        due.sent->organization = organization_id("org_" + number);
        due.sent->subscription = subscription;
    }
    return due;
}

// Organizations with a subscription whose renewal has just failed.
std::vector<received> failing_lives(int from, int count) {
    return tests::lives_like(
        R"(
            a{0} d0 00:00 cus_{0} created org=org_{0}
            b{0} d0 00:00 sub_{0} created active plan=basic period=0-30 latest=in_{0} customer=cus_{0}
            c{0} d30 01:00 in_{0} payment_failed open attempts=1 created=d30 sub=sub_{0}
        )",
        from,
        count
    );
}

// What Stripe says of them next.
std::vector<received> past_due(int from, int count) {
    auto told = tests::lives_like(
        R"(
            b{0} d0 00:00 sub_{0} created active plan=basic period=0-30 latest=in_{0} customer=cus_{0}
            d{0} d30 01:00 sub_{0} updated status:active->past_due
        )",
        from,
        count
    );
    std::vector<received> events;
    for (std::size_t each = 1; each < told.size(); each += 2) {
        events.push_back(std::move(told[each]));
    }
    return events;
}

std::vector<organization_id> organizations_from(int from, int count) {
    std::vector<organization_id> ids;
    for (int each = from; each < from + count; ++each) {
        ids.emplace_back("org_" + std::to_string(each));
    }
    return ids;
}

// Both halves; every organization is told a change and two steps, of which one is sent.
void batch(ledger& into, claim& held, std::span<const received> events) {
    const auto unit = into.begin({held, held.next_offset + 1});
    REQUIRE(unit);
    restated what;
    const auto touched = tests::store_folded(*unit, events);
    for (const auto& facts : unit->load(unit->lock_standings(touched))) {
        what.standings.push_back(assess(facts, builders::example_plans(), from_unix_seconds(1'000))
        );
        what.changed.push_back(facts.organization);
        const auto number = facts.organization.text().substr(4);
        const auto step = std::to_string(held.next_offset);
        what.notices.push_back(step_of(number, step + "d", false));
        what.notices.push_back(step_of(number, step + "h", true));
    }
    unit->store(what);
    unit->commit();
    ++held.next_offset;
}

}  // namespace

TEST_CASE("outgoing: of each organization its change and then its notices as they fell due") {
    restated what;
    what.standings = {standing_of("org_2"), standing_of("org_1"), standing_of("org_3")};
    what.changed = {organization_id("org_2"), organization_id("org_1")};
    what.notices = {
        step_of("2", "3d", true),
        step_of("1", "5d", true),
        step_of("1", "3d", false),
        step_of("1", "1d", true)};
    REQUIRE(messages_in(what) == 5);
    const auto rows = outbox_rows(what, std::array<std::int64_t, 5>{7, 8, 20, 21, 22});
    std::vector<std::string> told;
    for (const outbox_row& each : rows) {
        told.push_back(
            each.what.topic + " " + each.what.key + " " +
            (each.what.headers.empty() ? "" : each.what.headers[0].second)
        );
    }
    CHECK(
        told ==
        std::vector<std::string>{
            "billing.changes org_1 ",
            "billing.notices org_1 ntc_1_5d",
            "billing.notices org_1 ntc_1_1d",
            "billing.changes org_2 ",
            "billing.notices org_2 ntc_2_3d"}
    );
    CHECK(rows[0].id == 7);
    CHECK(rows[0].what.value.starts_with(R"({"version":7,"organization_id":"org_1",)"));
    CHECK(rows[0].what.value.find(R"("stripe_customer_id":"cus_1")") != std::string::npos);
    CHECK(rows[3].what.value.find(R"("version":21,)") != std::string::npos);
    CHECK(rows[2].what.headers[0].first == "notice-id");
    CHECK(parse_notice(rows[2].what.value)->step == "1d");
}

TEST_CASE("outgoing: what a transaction tells stands in the outbox when it commits") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    claim held = mine.ledger.take_over({stripe_events, 0});
    const auto events = failing_lives(1, 2);
    batch(mine.ledger, held, events);
    CHECK(
        db.ask("SELECT string_agg(concat_ws(' ', topic, key, headers ->> 'notice-id', value::jsonb "
               "->> 'version', value::jsonb ->> 'access'), '; ' ORDER BY id) FROM billhook.outbox"
        ) ==
        "billing.changes org_1 1 full; billing.notices org_1 ntc_1_0h; "
        "billing.changes org_2 3 full; billing.notices org_2 ntc_2_0h"
    );
    CHECK(
        db.ask("SELECT string_agg(concat_ws(' ', subscription, member, step, notice, organization, "
               "kind, state), '; ' ORDER BY member, step) FROM billhook.notices WHERE organization "
               "= 'org_1'") ==
        "sub_1 in_1 0d ntc_1_0d org_1 reminder skipped; "
        "sub_1 in_1 0h ntc_1_0h org_1 reminder sent; "
        "sub_1 in_x 0d ntc_1_0d org_1 reminder skipped; "
        "sub_1 in_x 0h ntc_1_0h org_1 reminder sent"
    );
    CHECK(
        db.ask("SELECT bool_and(claimed_at IS NULL AND finished_at IS NULL) FROM billhook.notices"
        ) == "t"
    );
    // The next version is greater, whatever was drawn in vain.
    {
        const auto unit = mine.ledger.begin({held, 2});
        (void)unit->load(unit->lock_standings(organizations_from(1, 1)));
        unit->store(
            {.standings = {standing_of("org_1")},
             .changed = organizations_from(1, 1),
             .notices = {}}
        );
    }
    batch(mine.ledger, held, past_due(1, 1));
    CHECK(
        db.ask("SELECT string_agg(value::jsonb ->> 'version', ' ' ORDER BY id) FROM "
               "billhook.outbox WHERE key = 'org_1' AND topic = 'billing.changes'") == "1 6"
    );
}

TEST_CASE("outgoing: what assess needs for notices is loaded for each organization") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    claim held = mine.ledger.take_over({stripe_events, 0});
    const auto events = failing_lives(1, 2);
    batch(mine.ledger, held, events);
    const auto unit = mine.ledger.begin({held, 2});
    const auto all = unit->load(unit->lock_standings(organizations_from(1, 3)));
    REQUIRE(all.size() == 3);
    for (const std::size_t at : {0U, 1U}) {
        const auto number = std::to_string(at + 1);
        REQUIRE(all[at].invoices.size() == 1);
        CHECK(all[at].invoices[0].id == invoice_id("in_" + number));
        const subscription_id subscription("sub_" + number);
        CHECK(
            all[at].recorded ==
            std::vector<recorded_notice>{
                {subscription, "in_" + number, "0d", notice_state::skipped},
                {subscription, "in_" + number, "0h", notice_state::sent   },
                {subscription, "in_x",         "0d", notice_state::skipped},
                {subscription, "in_x",         "0h", notice_state::sent   }
        }
        );
    }
    CHECK(all[2].invoices.empty());
    CHECK(all[2].recorded.empty());
    // An ended case wants no invoices.
    db.rows("UPDATE billing_1.dunning_cases SET ended_at = now() WHERE subscription = 'sub_1'");
    const auto ended = unit->load(unit->lock_standings(organizations_from(1, 1)));
    CHECK(ended[0].invoices.empty());
    CHECK(ended[0].recorded.size() == 4);
}

TEST_CASE("outgoing: a projection that is being built tells nobody") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    tests::build_second(db);
    books muted(db, {.building = "second"});
    claim held = muted.ledger.take_over({stripe_events, 0});
    batch(muted.ledger, held, failing_lives(1, 2));
    CHECK(db.ask("SELECT count(*) FROM billing_2.standings WHERE as_of IS NOT NULL") == "2");
    CHECK(db.ask("SELECT count(*) FROM billhook.outbox") == "0");
    CHECK(db.ask("SELECT count(*) FROM billhook.notices") == "0");
}

TEST_CASE("statements: as many for a batch of five hundred organizations as for one") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    books mine(db);
    claim held = mine.ledger.take_over({stripe_events, 0});
    constexpr int most = 600;
    batch(mine.ledger, held, failing_lives(0, most));
    const auto cost_of_batch = [&](int from, int count) {
        const auto before = tests::statements_so_far(mine);
        batch(mine.ledger, held, past_due(from, count));
        return tests::statements_so_far(mine) - before;
    };
    const auto cost_of_assessment = [&](int count) {
        const auto before = tests::statements_so_far(mine);
        const auto unit = mine.ledger.begin_tick();
        const auto locked = unit->lock_standings(organizations_from(0, count));
        unit->commit();
        const auto between = tests::statements_so_far(mine);
        const auto again = mine.ledger.begin_tick();
        CHECK(
            again->load(again->lock_standings(locked.organizations)).size() ==
            locked.organizations.size()
        );
        again->commit();
        return tests::statements_so_far(mine) - between - (between - before);
    };
    const auto one = cost_of_batch(0, 1);
    CHECK(one > 20);
    CHECK(cost_of_batch(1, 10) == one);
    CHECK(cost_of_batch(11, 500) == one);
    const auto queries = cost_of_assessment(1);
    CHECK(queries == 10);
    CHECK(cost_of_assessment(10) == queries);
    CHECK(cost_of_assessment(500) == queries);
    CHECK(db.ask("SELECT count(*) FROM billhook.outbox WHERE topic = 'billing.notices'") == "1111");
}

}  // namespace billhook
