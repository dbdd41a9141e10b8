#include "tests/builders/postgres/database.hpp"
#include "worker/ledger/postgres_outbox.hpp"

#include <doctest/doctest.h>
#include <pqxx/notification>

#include <set>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::database;
using namespace std::chrono_literals;

struct relaying {
    relaying(const database& db, const std::string& name)
        : connection(db.as("billhook_worker")), messages(connection, name) {}
    postgres::connection connection;
    postgres_outbox messages;
};

std::vector<std::int64_t> ids_of(const std::vector<outbox_row>& rows) {
    std::vector<std::int64_t> ids;
    for (const outbox_row& each : rows) {
        ids.push_back(each.id);
    }
    return ids;
}

void expire(database& db) {
    db.rows("UPDATE billhook.leases SET until = now() - interval '1 second'");
}

constexpr const char* put =
    "INSERT INTO billhook.outbox (topic, key, value) VALUES ('t', 'k', 'v')";

}  // namespace

TEST_CASE("relay lease: one holds it until it expires and another takes it over") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    relaying a(db, "a");
    relaying b(db, "b");
    CHECK(a.messages.hold(1h) == lease::taken_over);
    CHECK(a.messages.hold(1h) == lease::held);
    CHECK(b.messages.hold(1h) == lease::elsewhere);
    expire(db);
    CHECK(a.messages.hold(1h) == lease::held);
    expire(db);
    CHECK(b.messages.hold(1h) == lease::taken_over);
    CHECK(a.messages.hold(1h) == lease::elsewhere);
    CHECK(db.ask("SELECT name || ' ' || holder FROM billhook.leases") == "relay b");
}

TEST_CASE("relay lease: a row that another transaction holds is not waited for") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    relaying a(db, "a");
    REQUIRE(a.messages.hold(1h) == lease::taken_over);
    expire(db);
    postgres::connection blocking(db.as_owner());
    pqxx::work in(blocking.raw());
    in.exec("SELECT FROM billhook.leases WHERE name = 'relay' FOR UPDATE");
    relaying b(db, "b");
    CHECK(b.messages.hold(1h) == lease::elsewhere);
}

TEST_CASE("outbox: the lowest first with every byte until they are removed") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    relaying a(db, "a");
    CHECK(a.messages.lowest(10).empty());
    CHECK(a.messages.waiting().messages == 0);
    CHECK(a.messages.waiting().oldest == 0ms);
    db.rows(
        "INSERT INTO billhook.outbox (topic, key, value, headers, created_at) VALUES "
        "('t', 'k\"\\,{}', 'v\n\"', '{\"notice-id\": \"ntc_\\u00e4\\\\\", \"b\": \"\"}', now() - "
        "interval '90 s')"
    );
    db.rows(put);
    db.rows(put);
    const auto rows = a.messages.lowest(2);
    REQUIRE(ids_of(rows) == std::vector<std::int64_t>{1, 2});
    const message expected{
        .topic = "t",
        .key = "k\"\\,{}",
        .value = "v\n\"",
        .headers = {{"b", ""}, {"notice-id", "ntc_\xc3\xa4\\"}}
    };
    CHECK((rows[0].what == expected));
    CHECK(rows[1].what.headers.empty());
    CHECK(a.messages.waiting().messages == 3);
    CHECK(a.messages.waiting().oldest >= 90s);
    CHECK(a.messages.waiting().oldest < 10min);
    a.messages.remove(std::vector<std::int64_t>{1, 3, 99});
    CHECK(ids_of(a.messages.lowest(10)) == std::vector<std::int64_t>{2});
}

TEST_CASE("outbox: a lower id that commits late is still there to be sent") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    relaying a(db, "a");
    postgres::connection slow(db.as_owner());
    pqxx::work in(slow.raw());
    in.exec(put);
    db.rows(put);
    CHECK(ids_of(a.messages.lowest(10)) == std::vector<std::int64_t>{2});
    a.messages.remove(std::vector<std::int64_t>{2});
    in.commit();
    CHECK(ids_of(a.messages.lowest(10)) == std::vector<std::int64_t>{1});
}

namespace {

// What is told on the channel, in the order of arrival.
class listener final : public pqxx::notification_receiver {
public:
    explicit listener(pqxx::connection& in) : notification_receiver(in, changes_channel) {}
    void operator()(const std::string& organization, int) override { told.push_back(organization); }
    std::vector<std::string> told;
};

}  // namespace

TEST_CASE("outbox: whoever listens is told whose standing changed once it is sent") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    relaying a(db, "a");
    postgres::connection application(db.as("billhook_app"));
    listener heard(application.raw());
    db.rows(
        "INSERT INTO billhook.outbox (topic, key, value) VALUES ('billing.changes', 'org_1', ''), "
        "('billing.changes', 'org_1', ''), ('billing.notices', 'org_2', ''), "
        "('billing.changes', 'org_3', ''), ('billing.changes', 'org_4', '')"
    );
    CHECK(a.messages.lowest(10).size() == 5);
    CHECK(application.raw().get_notifs() == 0);
    a.messages.remove(std::vector<std::int64_t>{1, 2, 3, 4, 99});
    CHECK(application.raw().await_notification(10, 0) == 2);
    CHECK(
        std::set(heard.told.begin(), heard.told.end()) == std::set<std::string>{"org_1", "org_3"}
    );
}

}  // namespace billhook
