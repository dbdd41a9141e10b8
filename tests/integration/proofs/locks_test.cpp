#include "tests/builders/living.hpp"
#include "tests/builders/postgres/database.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"
#include "worker/ledger/postgres_ledger.hpp"
#include "worker/pipeline/process.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <string>
#include <vector>

// One organization, or one customer, of which two partitions speak, and a worker for each.
namespace billhook {

namespace {

using builders::database;

constexpr std::int32_t partitions = 2;

struct worker {
    worker(const database& db, std::int32_t number)
        : connection(db.as("billhook_worker")),
          books(connection, partitions),
          held(books.take_over({"stripe.events", number})) {}

    // Of one record, wherever the partition stands.
    [[nodiscard]] advance step() const {
        return {held, held.next_offset + 1, std::nullopt, std::nullopt};
    }

    postgres::connection connection;
    postgres_ledger books;
    claim held;
};

std::vector<received> told(std::string_view lines) {
    std::vector<received> events;
    for (auto& one : builders::life(lines)) {
        events.push_back(std::move(one.what));
    }
    return events;
}

// Until it is done, or waits for a lock of somebody else's.
template <class Result>
void wait_until_stuck(database& db, const std::future<Result>& other) {
    while (other.wait_for(std::chrono::milliseconds{10}) != std::future_status::ready &&
           db.ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                  "wait_event_type = 'Lock'") == "0") {
    }
}

}  // namespace

TEST_CASE("organizations: who waited for one reads what the other committed (I11)") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const auto plans = builders::example_plans();
    worker one(db, 0);
    worker two(db, 1);
    const std::vector<organization_id> whose{organization_id{"org_1"}};
    // So that its standing is there and can be waited for.
    const auto named = told("a d0 00:00 map - org=org_1");
    REQUIRE(process({one.step(), named, {}}, one.books).how == processed::ending::committed);
    ++one.held.next_offset;

    // Either of them alone makes another standing than both: the plan is the one's, what changes
    // next the other's.
    const auto first =
        told("a d1 00:00 sub_1 created active plan=enterprise period=1-31 customer=cus_1 org=org_1"
        );
    const auto second =
        told("b d1 00:00 sub_2 created active plan=basic period=1-11 customer=cus_2 org=org_1");
    auto unit = one.books.begin(one.step());
    REQUIRE(unit);
    unit->store(fold(unit->load(unit->lock_customers(keys_of(first))), first), {});
    const auto facts = unit->load(unit->lock_standings(whose));
    auto other = std::async(std::launch::async, [&] {
        return process({two.step(), second, {}}, two.books).how;
    });
    wait_until_stuck(db, other);
    unit->store(assess_each(facts, plans, unit->horizon()));
    unit->commit();
    unit.reset();
    CHECK(other.get() == processed::ending::committed);

    const auto after = one.books.begin_tick();
    const auto known = after->load(after->lock_standings(whose));
    REQUIRE(known.size() == 1);
    REQUIRE(known[0].stored.has_value());
    CHECK(known[0].subscriptions.size() == 2);
    CHECK(assess(known[0], plans, known[0].stored->as_of) == *known[0].stored);
    CHECK(known[0].stored->plan == "enterprise");
    CHECK(known[0].stored->next_change_at == builders::day("d14 00:00"));
}

// What names no customer lies in the partition of its subscription.
TEST_CASE("customers: who waited for one folds over what the other committed (I4)") {
    database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    worker one(db, 0);
    worker two(db, 1);
    // So that the customer's row is there and can be waited for.
    const auto named = told("a d0 00:00 cus_1 created org=org_1");
    REQUIRE(process({one.step(), named, {}}, one.books).how == processed::ending::committed);
    ++one.held.next_offset;

    const auto later = told("c d30 01:00 sub_1 updated past_due plan=basic period=30-60");
    const auto earlier = told("b d0 00:00 sub_1 created active plan=basic period=0-30");
    auto unit = one.books.begin(one.step());
    REQUIRE(unit);
    unit->store(fold(unit->load(unit->lock_customers(keys_of(later))), later), {});
    auto other = std::async(std::launch::async, [&] {
        return process({two.step(), earlier, {}}, two.books).how;
    });
    wait_until_stuck(db, other);
    unit->commit();
    unit.reset();
    CHECK(other.get() == processed::ending::committed);
    CHECK(db.ask("SELECT count(*) FROM billing_1.subscription_facts") == "2");
    CHECK(db.ask("SELECT status FROM billing_1.subscriptions") == "past_due");
}

}  // namespace billhook
