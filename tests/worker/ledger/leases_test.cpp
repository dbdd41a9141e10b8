#include "tests/builders/postgres/database.hpp"
#include "worker/ledger/postgres_leases.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::database;
using namespace std::chrono_literals;
using names = std::vector<std::string>;

struct worker {
    worker(const database& db, const std::string& name)
        : connection(db.as("billhook_worker")), rights(connection, name) {}
    postgres::connection connection;
    postgres_leases rights;
};

void expire_all(database& db) {
    db.rows("UPDATE billhook.leases SET until = now() - interval '1 second'");
}

}  // namespace

TEST_CASE("leases: what is free is taken once and seen by all") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    worker a(db, "a");
    worker b(db, "b");
    const names wanted{"t/1", "t/0"};
    CHECK(
        a.rights.renew(1h) ==
        std::vector<live_lease>{
            {"worker/a", "a"}
    }
    );
    CHECK(a.rights.claim(wanted, 1h) == names{"t/0", "t/1"});
    CHECK(b.rights.claim(wanted, 1h).empty());
    CHECK(a.rights.claim(wanted, 1h) == names{"t/0", "t/1"});
    CHECK(
        b.rights.renew(1h) ==
        std::vector<live_lease>{
            {"t/0",      "a"},
            {"t/1",      "a"},
            {"worker/a", "a"},
            {"worker/b", "b"}
    }
    );
    a.rights.release(names{"t/0"});
    b.rights.release(names{"t/1"});
    CHECK(b.rights.claim(wanted, 1h) == names{"t/0"});
    a.rights.leave();
    CHECK(
        b.rights.renew(1h) ==
        std::vector<live_lease>{
            {"t/0",      "b"},
            {"worker/b", "b"}
    }
    );
}

TEST_CASE("leases: the notifier holds its own kind and neither sees nor frees a worker's") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    worker a(db, "a");
    const names theirs{"stripe.events/0"};
    REQUIRE(a.rights.claim(theirs, 1h) == theirs);
    postgres::connection connection(db.as("billhook_notifier"));
    postgres_leases rights(connection, "n", notifier_presence_prefix);
    const names wanted{"billing.notices/0", "billing.notices/1"};
    for (int each = 0; each < 2; ++each) {
        CHECK(rights.claim(wanted, 1h) == wanted);
        CHECK(
            rights.renew(1h) ==
            std::vector<live_lease>{
                {"billing.notices/0", "n"},
                {"billing.notices/1", "n"},
                {"notifier/n",        "n"}
        }
        );
    }
    rights.release(names{"billing.notices/1", "stripe.events/0"});
    rights.leave();
    CHECK(
        rights.renew(1h) ==
        std::vector<live_lease>{
            {"notifier/n", "n"}
    }
    );
    CHECK(a.rights.claim(theirs, 1h) == theirs);
}

TEST_CASE("leases: an expired one is still had until another takes it") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    worker a(db, "a");
    worker b(db, "b");
    (void)a.rights.renew(1h);
    (void)a.rights.claim(names{"t/0", "t/1"}, 1h);
    expire_all(db);
    CHECK(b.rights.claim(names{"t/0"}, 1h) == names{"t/0"});
    CHECK(
        a.rights.renew(1h) ==
        std::vector<live_lease>{
            {"t/0",      "b"},
            {"t/1",      "a"},
            {"worker/a", "a"}
    }
    );
    CHECK(a.rights.claim(names{"t/0"}, 1h).empty());
}

TEST_CASE("leases: rows that another transaction holds are skipped") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    worker a(db, "a");
    (void)a.rights.claim(names{"t/0", "t/1"}, 1h);
    expire_all(db);
    postgres::connection blocking(db.as_owner());
    pqxx::work in(blocking.raw());
    in.exec("SELECT FROM billhook.leases WHERE name = 't/0' FOR UPDATE");
    worker b(db, "b");
    CHECK(b.rights.claim(names{"t/0", "t/1"}, 1h) == names{"t/1"});
}

TEST_CASE("leases: presences of the long gone are removed and nothing else is") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    worker a(db, "a");
    (void)a.rights.renew(1h);
    (void)a.rights.claim(names{"t/0"}, 1h);
    db.rows("UPDATE billhook.leases SET until = now() - interval '1 day'");
    worker b(db, "b");
    (void)b.rights.renew(1h);
    CHECK(
        db.ask("SELECT string_agg(name, ' ' ORDER BY name) FROM billhook.leases") == "t/0 worker/b"
    );
}

}  // namespace billhook
