#include "schemas/io/postgres/migrations.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "tests/builders/life.hpp"
#include "tests/builders/postgres/database.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace billhook {

namespace {

using builders::database;
using postgres::migration_ending;

}  // namespace

TEST_CASE("migrate: makes everything once and a second run changes nothing") {
    database db;
    if (!db.usable()) {
        return;
    }
    const auto first = db.migrate();
    CHECK(first.ending == migration_ending::done);
    CHECK(first.missing.empty());
    CHECK(
        first.applied ==
        std::vector<std::string>{
            "public.organizations",
            "control/0001_control",
            "control/0002_plans",
            "control/0003_dead_letters",
            "control/0004_notice_outcomes",
            "control/0005_accounts_and_notices_since",
            "control/0006_acts",
            "billing_1/0001_state",
            "billing_1/0002_state",
            "billing_1/0003_state",
            "billing_1/0004_state",
            "billing_1/0005_state",
            "views"}
    );
    CHECK(
        db.ask("SELECT concat_ws(' ', name, schema, role, generation, fold_version, livemode) FROM "
               "billhook.projections") == "billing_1 billing_1 live 1 5 f"
    );
    CHECK(db.ask("SELECT plan || features::text FROM billhook.unknown_access").starts_with("basic{")
    );

    const auto second = db.migrate();
    CHECK(second.ending == migration_ending::done);
    CHECK(second.applied.empty());
    CHECK(second.missing.empty());
    CHECK(db.ask("SELECT count(*) FROM billhook.projections") == "1");
}

TEST_CASE("migrate: from several places at once ends as from one") {
    database db;
    if (!db.usable()) {
        return;
    }
    std::atomic<int> applied{0};
    std::atomic<int> failed{0};
    std::vector<std::thread> places;
    for (int place = 0; place < 4; ++place) {
        places.emplace_back([&] {
            try {
                const auto report = db.migrate();
                applied += report.applied.empty() ? 0 : 1;
            } catch (const std::exception& error) {
                MESSAGE(error.what());
                ++failed;
            }
        });
    }
    for (auto& place : places) {
        place.join();
    }
    CHECK(failed == 0);
    CHECK(applied == 1);
    CHECK(db.ask("SELECT count(*) FROM billhook.projections") == "1");
}

TEST_CASE("migrate: Billhook's own owner role can migrate again") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    auto request = builders::usual_migration();
    request.role_passwords.clear();
    const auto again =
        postgres::migrate(db.as("billhook_owner"), builders::example_plans_text(), request);
    CHECK(again.ending == migration_ending::done);
    CHECK(again.applied.empty());
    CHECK(again.missing.empty());
    CHECK(
        db.ask("SELECT string_agg(DISTINCT tableowner, ' ') FROM pg_tables WHERE schemaname IN "
               "('billhook', 'billing_1', 'public')") == "billhook_owner"
    );
}

TEST_CASE("migrate: stops where it must and changes nothing") {
    database db;
    if (!db.usable()) {
        return;
    }
    auto request = builders::usual_migration();
    const auto run = [&] {
        return postgres::migrate(db.as_owner(), builders::example_plans_text(), request);
    };
    request.with_organizations = false;
    CHECK(run().ending == migration_ending::no_organizations);
    CHECK(db.ask("SELECT to_regnamespace('billhook') IS NULL") == "t");

    db.rows("CREATE TABLE public.organizations (id text PRIMARY KEY, stripe_customer_id text)");
    const auto incomplete = run();
    CHECK(incomplete.ending == migration_ending::no_organizations);
    CHECK(
        incomplete.missing ==
        std::vector<std::string>{
            "public.organizations has no column subscription_status",
            "public.organizations has no column subscription_plan",
        }
    );
    db.rows("DROP TABLE public.organizations");
    request.with_organizations = true;
    CHECK(run().ending == migration_ending::done);
    request.livemode = true;
    CHECK(run().ending == migration_ending::other_livemode);
    request.livemode = false;
    db.rows("INSERT INTO billhook.schema_version VALUES ('control', 9999, 'of_the_future')");
    CHECK(run().ending == migration_ending::newer_database);
}

TEST_CASE("migrate: accounts and notices_since are fixed with the first projection") {
    database db;
    if (!db.usable()) {
        return;
    }
    auto request = builders::usual_migration();
    request.accounts = {"acct_1", "acct_2"};
    request.notices_since = from_unix_seconds(1'790'000'000);
    const auto ending = [&] {
        return postgres::migrate(db.as_owner(), builders::example_plans_text(), request).ending;
    };
    const auto held = [&] {
        return db.ask(
            "SELECT concat_ws(' ', array_to_string(accounts, ' '), extract(epoch FROM "
            "since)::bigint) FROM billhook.projections, billhook.notices_since"
        );
    };
    REQUIRE(ending() == migration_ending::done);
    CHECK(held() == "acct_1 acct_2 1790000000");
    const struct {
        std::string name;
        std::optional<std::set<std::string>> accounts;
        migration_ending ending;
    } rows[] = {
        {"the same",    {{"acct_2", "acct_1"}},  migration_ending::done          },
        {"not asked",   std::nullopt,            migration_ending::done          },
        {"one less",    {{"acct_1"}},            migration_ending::other_accounts},
        {"none at all", std::set<std::string>(), migration_ending::other_accounts},
    };
    request.notices_since = from_unix_seconds(1'795'000'000);
    for (const auto& row : rows) {
        CAPTURE(row.name);
        request.accounts = row.accounts;
        CHECK(ending() == row.ending);
        CHECK(held() == "acct_1 acct_2 1790000000");
    }
}

TEST_CASE("migrate: who names no notices_since mails nobody for the past") {
    database db;
    if (!db.usable()) {
        return;
    }
    auto request = builders::usual_migration();
    request.notices_since.reset();
    const auto report = postgres::migrate(db.as_owner(), builders::example_plans_text(), request);
    CHECK(report.ending == migration_ending::done);
    CHECK(
        db.ask("SELECT since BETWEEN now() - interval '1 minute' AND now() FROM "
               "billhook.notices_since") == "t"
    );
    CHECK(db.ask("SELECT cardinality(accounts) FROM billhook.projections") == "0");
}

TEST_CASE("migrate: works beside an application's own table with its own types") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.rows(
        "CREATE TYPE public.plan_word AS ENUM ('basic', 'enterprise');"
        "CREATE TABLE public.organizations (id uuid PRIMARY KEY, stripe_customer_id varchar(40) "
        "UNIQUE, subscription_status varchar(20), subscription_plan public.plan_word);"
        "INSERT INTO public.organizations (id) VALUES ('00000000-0000-0000-0000-000000000001')"
    );
    // The mirror and the views ask for the key as text. Whose table it is makes the index.
    const auto missing = db.migrate().missing;
    REQUIRE(missing.size() == 1);
    CHECK(
        missing[0] ==
        "CREATE INDEX CONCURRENTLY organizations_id_text ON public.organizations "
        "((id::text) COLLATE \"default\");"
    );
    db.rows(std::string(missing[0]).replace(missing[0].find(" CONCURRENTLY"), 13, ""));
    CHECK(db.migrate().missing.empty());
    CHECK(
        db.ask("SELECT concat_ws(' ', organization_id, plan, subscription_status, access, reason) "
               "FROM billing.organization_access"
        ) == "00000000-0000-0000-0000-000000000001 basic trial full unknown"
    );
}

TEST_CASE("migrate: a user who may not create roles is told what is missing") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    // A role of an older cluster that lost its settings, seen by an owner who may not alter it.
    db.rows("ALTER ROLE billhook_ops RESET statement_timeout");
    auto request = builders::usual_migration();
    request.role_passwords = {
        {"billhook_ops", secret("pw")}
    };
    const auto report =
        postgres::migrate(db.as("billhook_owner"), builders::example_plans_text(), request);
    db.migrate();
    CHECK(report.ending == migration_ending::done);
    REQUIRE(report.missing.size() == 2);
    CHECK(report.missing[0] == "ALTER ROLE billhook_ops SET statement_timeout = '10min';");
    CHECK(report.missing[1].starts_with("ALTER ROLE billhook_ops PASSWORD"));
}

}  // namespace billhook
