#include "schemas/json/writer.hpp"
#include "tests/builders/life.hpp"
#include "tests/builders/postgres/database.hpp"
#include "worker/domain/standing_json.hpp"
#include "worker/domain/unheard.hpp"
#include "worker/ledger/postgres_ledger.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::database;

// Two organizations that the fold knows, one that only the application has, one row that is only a
// lock; and customers of all kinds.
void fill(database& db) {
    db.migrate();
    db.rows(R"(
        INSERT INTO billhook.offsets (projection, topic, partition, complete_to)
        VALUES ('billing_1', 'stripe.events', 0, '2026-03-01Z'),
               ('billing_1', 'stripe.events', 1, '2026-03-02Z'),
               ('another', 'stripe.events', 0, NULL);
        INSERT INTO billing_1.standings VALUES
            ('org_1', 'enterprise', 'active', 'full', 'paid', false, NULL, NULL, '2026-04-01Z', false,
             '{"seats": null, "notes": true, "hooks": false, "patients": 50, "none": 0}',
             'acct_1/cus_1', 'acct_1/sub_1', '2026-02-01Z'),
            ('org_2', NULL, 'none', 'none', 'trial_over', false, NULL, NULL, '2026-02-15Z', true, '{}',
             NULL, NULL, '2026-02-02Z');
        INSERT INTO billing_1.standings (organization) VALUES ('org_lock');
        INSERT INTO public.organizations (id) VALUES ('org_1'), ('org_new');
        UPDATE billhook.unknown_access SET plan = 'basic', features = '{"seats": 5, "notes": false}',
            types = '{"seats": "limit", "notes": "switch", "unsold": "switch"}';
        INSERT INTO billing_1.customers (id, known, organization, deleted) VALUES
            ('acct_1/cus_1', true, 'org_1', false), ('cus_open', true, NULL, false),
            ('sub_lock', false, NULL, false), ('cus_half', true, NULL, false),
            ('cus_by_subscription', true, NULL, false);
        INSERT INTO billing_1.subscriptions (id, event, event_created, ambiguous, deleted, begun, status,
                customer, items, cancel_at_period_end, organization) VALUES
            ('acct_1/sub_1', 'evt_3', '2026-01-03Z', false, false, true, 'active', 'acct_1/cus_1', '[]',
             false, 'org_1'),
            ('sub_2', 'evt_9', '2026-01-03Z', false, false, true, 'active', 'cus_half', '[]', false, NULL),
            ('sub_3', 'evt_9', '2026-01-03Z', false, false, true, 'active', 'cus_by_subscription', '[]',
             false, 'org_2');
        INSERT INTO billing_1.subscription_facts (object, created, event, api_version, place,
                evidence, content, replaced, last_of_second) VALUES
            ('acct_1/sub_1', '2026-01-02Z', 'evt_2', '', 'middle', 'none', '{"status":"past_due"}', '{}', true),
            ('acct_1/sub_1', '2026-01-01Z', 'evt_1', '', 'first', 'none', '{"status":"incomplete"}', '{}', false),
            ('acct_1/sub_1', '2026-01-01Z', 'evt_0', '', 'middle', 'none', '{"status":"active"}', '{}', true),
            ('acct_1/sub_1', '2026-01-03Z', 'evt_3', '', 'last', 'none', '{"status":"active"}', '{}', true);
    )");
}

std::string lines(database& db, const std::string& sql) {
    std::string all;
    for (const auto& row : db.rows(sql)) {
        all += std::string(row[0].c_str()) + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("organization_access: its columns are the contract in their order") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    CHECK(
        db.ask("SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) "
               "FROM information_schema.columns WHERE table_schema = 'billing' AND table_name = "
               "'organization_access'") ==
        "organization_id text, plan text, subscription_status text, access text, reason text, "
        "in_dunning boolean, grace_until timestamp with time zone, restricted_until timestamp with "
        "time zone, next_change_at timestamp with time zone, stale boolean, features jsonb, "
        "stripe_customer_id text, stripe_subscription_id text, as_of timestamp with time zone, "
        "quantity bigint, unlisted boolean, billing_interval text, billing_interval_count bigint, "
        "currency text, amount bigint, renews_at timestamp with time zone, cancels_at timestamp "
        "with time zone, trial_ends_at timestamp with time zone, pending_change jsonb, name text, "
        "deleted_at timestamp with time zone"
    );
}

TEST_CASE("organization_access: the fold's answer or what nobody knows but never a lock's row") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    CHECK(
        lines(
            db,
            "SET LOCAL timezone = 'UTC'; SELECT concat_ws(' ', organization_id, plan, "
            "subscription_status, access, reason, stale, stripe_customer_id, "
            "stripe_subscription_id, "
            "as_of::date) FROM billing.organization_access ORDER BY organization_id"
        ) ==
        "org_1 enterprise active full paid f cus_1 sub_1 2026-03-01\n"  // horizon: nothing was due
        "org_2 none none trial_over t 2026-02-02\n"                     // due: its own as_of
        "org_new basic trial full unknown f 2026-03-01\n"
    );
    db.rows("UPDATE billhook.offsets SET complete_to = NULL WHERE partition = 1");
    CHECK(
        lines(
            db,
            "SET LOCAL timezone = 'UTC'; SELECT concat_ws(' ', organization_id, as_of::date) FROM "
            "billing.organization_access ORDER BY organization_id"
        ) == "org_1 2026-02-01\norg_2 2026-02-02\norg_new 1970-01-01\n"
    );
}

TEST_CASE("organization_access: the name is the latest one's and a deletion is only a mark") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    const char* const asked =
        "SET LOCAL timezone = 'UTC'; SELECT concat_ws(' ', organization_id, name, "
        "deleted_at::date, "
        "access) FROM billing.organization_access ORDER BY organization_id";
    const auto before = lines(db, asked);
    CHECK(before == "org_1 full\norg_2 none\norg_new full\n");
    db.rows(R"(
        INSERT INTO billing_1.mappings (event, organization, created, updated_at, name, deleted)
        VALUES ('map_1', 'org_1', '2026-01-01Z', '2026-01-03Z', 'Acme', false),
               ('map_2', 'org_1', '2026-01-01Z', '2026-01-02Z', 'Old', false),
               ('map_3', 'org_1', '2026-01-04Z', NULL, NULL, true))");
    CHECK(lines(db, asked) == "org_1 Acme 2026-01-04 full\norg_2 none\norg_new full\n");
}

TEST_CASE("organization_access: whom the log never named has in every column what the worker tells"
) {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    db.rows(R"(
        INSERT INTO public.organizations (id) VALUES ('org_new');
        INSERT INTO billhook.offsets (projection, topic, partition, complete_to)
        VALUES ('billing_1', 'stripe.events', 0, '2026-03-01T00:00:00Z'))");
    json::writer told;
    add_standing(
        told,
        unheard_standing(
            organization_id("org_new"),
            builders::example_plans(),
            *from_rfc3339("2026-03-01T00:00:00Z")
        )
    );
    CHECK(
        db.ask("SELECT a::text FROM billing.organization_access a") ==
        db.ask(
            "SELECT r::text FROM jsonb_populate_record(NULL::billing.organization_access, '" +
            told.take() + "') r"
        )
    );
}

TEST_CASE("can and limit_of: every kind of feature and of organization") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    struct row {
        const char* organization;
        const char* feature;
        const char* can;
        const char* limit;  // "" is null: unlimited
    };
    // clang-format off
    const row rows[] = {
        {"org_1",      "seats",    "t", ""},
        {"org_1",      "notes",    "t", ""},
        {"org_1",      "hooks",    "f", "0"},
        {"org_1",      "patients", "t", "50"},
        {"org_1",      "none",     "f", "0"},
        {"org_1",      "unsold",   "f", "0"},
        {"org_2",      "seats",    "f", "0"},
        {"org_new",    "seats",    "t", "5"},
        {"org_new",    "notes",    "f", "0"},
        {"org_new",    "unsold",   "f", "0"},
        {"org_nobody", "seats",    "t", ""},
        {"org_lock",   "seats",    "t", ""},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.organization);
        CAPTURE(each.feature);
        const std::string arguments =
            "('" + std::string(each.organization) + "', '" + each.feature + "')";
        CHECK(db.ask("SELECT billing.can" + arguments) == each.can);
        CHECK(db.ask("SELECT billing.limit_of" + arguments) == each.limit);
    }
}

TEST_CASE("subscription_history: each second's last state in event order") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    CHECK(
        lines(
            db,
            "SET LOCAL timezone = 'UTC'; SELECT concat_ws(' ', organization_id, "
            "stripe_subscription_id, occurred_at::date, coalesce(previous_status, '-'), "
            "subscription_status, event_id) FROM billing.subscription_history ORDER BY occurred_at"
        ) ==
        "org_1 sub_1 2026-01-01 - active evt_0\n"
        "org_1 sub_1 2026-01-02 active past_due evt_2\n"
        "org_1 sub_1 2026-01-03 past_due canceled evt_3\n"
    );
}

TEST_CASE("subscription_history: the customer's deletion ends what has not ended") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    // sub_3 is told no end, sub_1 one of its own in the same second.
    db.rows(R"(
        UPDATE billing_1.customers SET event = 'evt_8', deleted_at = '2026-01-03Z'
        WHERE id IN ('cus_by_subscription', 'acct_1/cus_1');
        UPDATE billing_1.subscriptions SET ended_at = '2026-01-03Z' WHERE id <> 'sub_2';
        INSERT INTO billing_1.subscription_facts (object, created, event, api_version, place,
                evidence, content, replaced, last_of_second) VALUES
            ('sub_3', '2026-01-01Z', 'evt_7', '', 'first', 'none', '{"status":"active"}', '{}', true);
    )");
    CHECK(
        lines(
            db,
            "SET LOCAL timezone = 'UTC'; SELECT concat_ws(' ', stripe_subscription_id, "
            "occurred_at::date, coalesce(previous_status, '-'), subscription_status, event_id) "
            "FROM billing.subscription_history WHERE occurred_at = '2026-01-03Z' ORDER BY 1"
        ) ==
        "sub_1 2026-01-03 past_due canceled evt_3\n"
        "sub_3 2026-01-03 active canceled evt_8\n"
    );
}

TEST_CASE("unmapped_customers: those with something that belongs to nobody") {
    database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    CHECK(
        lines(
            db,
            "SELECT concat_ws(' ', stripe_customer_id, unmapped_subscriptions) FROM "
            "billing.unmapped_customers ORDER BY 1"
        ) == "cus_half 1\ncus_open 0\n"
    );
}

TEST_CASE("organization_access: one organization is found by indexes alone") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    db.rows(
        "INSERT INTO public.organizations (id) SELECT 'org_' || n FROM generate_series(1, 20000) n;"
        "INSERT INTO billing_1.standings (organization, as_of) SELECT 'org_' || n, now() FROM "
        "generate_series(1, 10000) n; ANALYZE public.organizations; ANALYZE billing_1.standings"
    );
    const auto plan = lines(
        db, "EXPLAIN SELECT * FROM billing.organization_access WHERE organization_id = 'org_15000'"
    );
    CAPTURE(plan);
    CHECK(plan.find("Seq Scan on organizations") == std::string::npos);
    CHECK(plan.find("Seq Scan on standings") == std::string::npos);
    CHECK(plan.find("standings_lookup") != std::string::npos);
    CHECK(plan.find("organizations_pkey") != std::string::npos);
}

}  // namespace billhook
