#include "tests/builders/postgres/database.hpp"
#include "worker/ledger/postgres_organizations.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

namespace {

using builders::database;

struct table {
    explicit table(const database& db)
        : connection(db.as("billhook_worker")), organizations(connection) {}
    postgres::connection connection;
    postgres_organizations organizations;
};

void add_standing(database& db, const std::string& organization, const std::string& customer) {
    db.rows(
        "INSERT INTO billing_1.standings (organization, plan, subscription_status, customer, "
        "as_of) "
        "VALUES ('" +
        organization + "', 'enterprise', 'active', " +
        (customer.empty() ? "NULL" : "'" + customer + "'") + ", now())"
    );
}

void add_row(database& db, const std::string& organization, const std::string& customer = "") {
    db.rows(
        "INSERT INTO public.organizations (id, stripe_customer_id) VALUES ('" + organization +
        "', " + (customer.empty() ? "NULL" : "'" + customer + "'") + ")"
    );
}

// Of the customer; whose each is follows the first word.
void add_subscriptions(database& db, const std::string& customer, const std::string& owners) {
    std::istringstream words(owners);
    std::string owner;
    words >> owner;
    for (int n = 0; words >> owner; ++n) {
        db.rows(
            "INSERT INTO billing_1.subscriptions (id, event, event_created, ambiguous, deleted, "
            "begun, status, customer, items, cancel_at_period_end, organization) VALUES ('" +
            customer + "_" + std::to_string(n) +
            "', 'evt', now(), false, false, true, 'active', '" + customer + "', '[]', false, " +
            owner + ")"
        );
    }
}

std::string shown(database& db) {
    return db.ask(
        "SELECT string_agg(concat_ws(' ', id, stripe_customer_id, subscription_status, "
        "subscription_plan), ', ' ORDER BY id) FROM public.organizations"
    );
}

std::string errors(database& db) {
    return db.ask(
        "SELECT string_agg(concat_ws(' ', organization, sqlstate, attempts), ', ' ORDER BY "
        "organization) FROM billhook.mirror_errors"
    );
}

std::vector<organization_id> ids(const std::vector<std::string>& texts) {
    std::vector<organization_id> all;
    for (const auto& each : texts) {
        all.emplace_back(each);
    }
    return all;
}

}  // namespace

TEST_CASE("mirror: copies the three columns of existing rows and names Stripe's own id") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    table mine(db);
    add_row(db, "org_1");
    add_row(db, "org_2");
    add_standing(db, "org_1", "acct_1/cus_1");
    add_standing(db, "org_2", "");
    add_standing(db, "org_elsewhere", "cus_9");
    mine.organizations.mirror(ids({"org_elsewhere", "org_1"}));
    CHECK(shown(db) == "org_1 cus_1 active enterprise, org_2 trial basic");
    CHECK(mine.organizations.mirror_differing(10) == 1);
    CHECK(shown(db) == "org_1 cus_1 active enterprise, org_2 active enterprise");
    CHECK(mine.organizations.mirror_differing(10) == 0);
    CHECK(errors(db).empty());
}

TEST_CASE("mirror: what the application's rules refuse fails that row alone and is retried") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    table mine(db);
    db.rows(R"(
        ALTER TABLE public.organizations ADD CHECK (id <> 'org_check' OR subscription_status <> 'active');
        CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF new.id = 'org_trigger' THEN INSERT INTO public.audit VALUES (1); END IF;
            IF new.id = 'org_raise' THEN RAISE 'never'; END IF;
            RETURN new; END $$;
        CREATE TABLE public.audit (n int);
        CREATE TRIGGER refuse BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION public.refuse();
    )");
    for (const char* const each :
         {"org_check", "org_good", "org_raise", "org_trigger", "org_unique"}) {
        add_row(db, each);
        add_standing(db, each, "cus_" + std::string(each));
    }
    add_row(db, "org_other", "cus_org_unique");
    const auto all = ids({"org_unique", "org_trigger", "org_raise", "org_good", "org_check"});
    mine.organizations.mirror(all);
    CHECK(
        errors(db) ==
        "org_check 23514 1, org_raise P0001 1, org_trigger 42501 1, org_unique 23505 1"
    );
    CHECK(shown(db).find("org_good cus_org_good active enterprise") != std::string::npos);
    // The clock's pass leaves them alone for a while, then tries again.
    CHECK(mine.organizations.mirror_differing(10) == 0);
    db.rows(
        "UPDATE billhook.mirror_errors SET last_at = now() - interval '1 hour';"
        "DELETE FROM public.organizations WHERE id = 'org_other'"
    );
    CHECK(mine.organizations.mirror_differing(10) == 4);
    CHECK(errors(db) == "org_check 23514 2, org_raise P0001 2, org_trigger 42501 2");
}

TEST_CASE("mirror: a row that the application holds is skipped and found by the clock's pass") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    table mine(db);
    add_row(db, "org_1");
    add_row(db, "org_2");
    add_standing(db, "org_1", "");
    add_standing(db, "org_2", "");
    {
        postgres::connection application(db.as_owner());
        pqxx::work in(application.raw());
        in.exec("SELECT FROM public.organizations WHERE id = 'org_1' FOR UPDATE");
        mine.organizations.mirror(ids({"org_1", "org_2"}));
        CHECK(shown(db) == "org_1 trial basic, org_2 active enterprise");
        CHECK(errors(db).empty());
    }
    CHECK(mine.organizations.mirror_differing(10) == 1);
    CHECK(shown(db) == "org_1 active enterprise, org_2 active enterprise");
}

TEST_CASE("mirror: a customer that the fold does not know yet is never overwritten") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    table mine(db);
    add_row(db, "org_1", "cus_new");
    add_standing(db, "org_1", "");
    (void)mine.organizations.mirror_differing(10);
    CHECK(shown(db) == "org_1 cus_new active enterprise");
    CHECK(mine.organizations.mirror_differing(10) == 0);
    // Once the log has it, the standing decides.
    db.rows(
        "INSERT INTO billing_1.mappings VALUES ('map_1', 'org_1', 'cus_new', NULL, now());"
        "UPDATE billing_1.standings SET customer = 'cus_better'"
    );
    CHECK(mine.organizations.mirror_differing(10) == 1);
    CHECK(shown(db) == "org_1 cus_better active enterprise");
}

TEST_CASE("mirror: a table that cannot be read is remembered and stops nothing") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    table mine(db);
    add_row(db, "org_1");
    add_standing(db, "org_1", "");
    db.rows("REVOKE SELECT (subscription_plan) ON public.organizations FROM billhook_worker");
    CHECK(mine.organizations.mirror_differing(10) == 0);
    CHECK(errors(db) == " 42501 1");
    db.rows("GRANT SELECT (subscription_plan) ON public.organizations TO billhook_worker");
    CHECK(mine.organizations.mirror_differing(10) == 1);
    CHECK(errors(db).empty());
}

TEST_CASE("unmapped: rows whose id or customer the fold does not have") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    table mine(db);
    struct row {
        const char* organization;
        const char* customer;
        // SQL: what the fold has; or "paid": its standing has the customer, and of whom each of
        // its subscriptions is.
        const char* known;
        bool found;
    };
    // clang-format off
    const row rows[] = {
        {"a_new",        "",       "",                                                                         true},
        {"b_new",        "cus_b",  "",                                                                         true},
        {"c_known",      "",       "standing",                                                                 false},
        {"d_customer",   "cus_d",  "standing",                                                                 true},
        {"e_mapped",     "cus_e",  "INSERT INTO billing_1.mappings VALUES ('m1', 'e_mapped', 'cus_e', NULL, now())", false},
        {"f_by_stripe",  "cus_f",  "INSERT INTO billing_1.customers (id, organization) VALUES ('acct_1/cus_f', 'f_by_stripe')", false},
        {"g_mirrored",   "cus_g",  "UPDATE billing_1.standings SET customer = 'acct_1/cus_g' WHERE organization = 'g_mirrored'", false},
        {"h_of_another", "cus_h",  "INSERT INTO billing_1.customers (id, organization) VALUES ('cus_h', 'c_known')", true},
        {"i_told_itself", "cus_i", "paid 'i_told_itself'",                                                     false},
        {"j_by_hand",    "cus_j",  "paid 'j_by_hand' NULL",                                                    true},
        {"k_shared",     "cus_k",  "paid 'k_shared' 'c_known' NULL",                                           false},
        {"l_waits",      "cus_l",  "paid NULL",                                                                true},
    };
    // clang-format on
    std::vector<std::string> expected;
    for (const row& each : rows) {
        add_row(db, each.organization, each.customer);
        if (*each.known != '\0') {
            const bool paid = std::string_view(each.known).starts_with("paid");
            add_standing(db, each.organization, paid ? each.customer : "");
            if (paid) {
                add_subscriptions(db, each.customer, each.known);
            } else if (std::string_view(each.known) != "standing") {
                db.rows(each.known);
            }
        }
        if (each.found) {
            expected.push_back(std::string(each.organization) + " " + each.customer);
        }
    }
    std::vector<std::string> found;
    for (const mapping& each : mine.organizations.unmapped(100, std::nullopt)) {
        found.push_back(
            each.organization->text() + " " + (each.customer ? each.customer->text() : "")
        );
        CHECK(each.id == mapping_id(each.organization, each.customer));
        CHECK(each.organization_created.has_value());
        CHECK(each.created > from_unix_seconds(1'700'000'000));
    }
    CHECK(found == expected);
    // The same, a page at a time.
    std::vector<std::string> paged;
    std::optional<organization_id> after;
    for (auto page = mine.organizations.unmapped(1, after); !page.empty();
         page = mine.organizations.unmapped(1, after)) {
        REQUIRE(page.size() == 1);
        after = page.front().organization;
        paged.push_back(
            after->text() + " " + (page.front().customer ? page.front().customer->text() : "")
        );
    }
    CHECK(paged == expected);
    db.rows("ALTER TABLE public.organizations DROP COLUMN created_at");
    CHECK(!mine.organizations.unmapped(1, std::nullopt).at(0).organization_created);
}

}  // namespace billhook
