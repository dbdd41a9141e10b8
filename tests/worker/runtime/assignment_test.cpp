#include "worker/runtime/assignment.hpp"

#include "schemas/io/postgres/failure.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;

const partition zero{"stripe.events", 0};
const partition one{"stripe.events", 1};

// billhook.leases without time: who is there stays.
struct lease_table {
    std::map<std::string, std::string> holder_of;
    bool broken = false;
};

struct table_leases final : leases {
    table_leases(lease_table& in, std::string name) : table(in), holder(std::move(name)) {}

    void work() const {
        if (table.broken) {
            throw postgres::failure("gone", {postgres::remedy::reconnect, {}});
        }
    }
    std::vector<live_lease> renew(std::chrono::milliseconds) override {
        work();
        table.holder_of[presence_prefix + holder] = holder;
        std::vector<live_lease> all;
        for (const auto& [name, by] : table.holder_of) {
            all.push_back({name, by});
        }
        return all;
    }
    std::vector<std::string> claim(std::span<const std::string> names, std::chrono::milliseconds)
        override {
        work();
        std::vector<std::string> taken;
        for (const std::string& name : names) {
            if (table.holder_of.try_emplace(name, holder).second) {
                taken.push_back(name);
            }
        }
        return taken;
    }
    void release(std::span<const std::string> names) override {
        work();
        for (const std::string& name : names) {
            table.holder_of.erase(name);
        }
    }
    void leave() override {
        std::erase_if(table.holder_of, [this](const auto& each) { return each.second == holder; });
    }

    lease_table& table;
    std::string holder;
};

// A span of 0: every call is a round.
struct consumer_of_two {
    explicit consumer_of_two(lease_table& in, const std::string& name)
        : over(in, name),
          whose(
              {.holder = name, .topic = "stripe.events", .partitions = 2, .span = 0ms},
              [this]() -> leases& { return over; }
          ) {}
    table_leases over;
    leased_assignment whose;
};

}  // namespace

TEST_CASE("assignment: a partition is given to another only when it is not read any more") {
    lease_table table;
    consumer_of_two first(table, "a");
    CHECK(
        first.whose.changes() ==
        std::vector<assignment_change>{
            {zero, true},
            {one,  true}
    }
    );
    CHECK(first.whose.changes().empty());
    consumer_of_two second(table, "b");
    CHECK(second.whose.changes().empty());
    const auto gone = first.whose.changes();
    REQUIRE(gone.size() == 1);
    CHECK_FALSE(gone[0].ours);
    // Said, and not released before the next call, which says that nothing is read any more.
    CHECK(table.holder_of.at(lease_name(gone[0].which)) == "a");
    CHECK(second.whose.changes().empty());
    CHECK(first.whose.changes().empty());
    CHECK(
        second.whose.changes() ==
        std::vector<assignment_change>{
            {gone[0].which, true}
    }
    );
}

TEST_CASE("assignment: what could not be released is kept unread until it can") {
    lease_table table;
    consumer_of_two first(table, "a");
    static_cast<void>(first.whose.changes());
    consumer_of_two second(table, "b");
    static_cast<void>(second.whose.changes());
    const partition gone = first.whose.changes().at(0).which;
    table.broken = true;
    first.whose.announce_again(gone);
    CHECK_THROWS_AS(static_cast<void>(first.whose.changes()), postgres::failure);
    table.broken = false;
    CHECK(first.whose.changes().empty());
    CHECK_FALSE(table.holder_of.contains(lease_name(gone)));
}

TEST_CASE("assignment: what was lost is said once and what was dropped comes again") {
    lease_table table;
    consumer_of_two first(table, "a");
    static_cast<void>(first.whose.changes());
    first.whose.announce_again(one);
    CHECK(
        first.whose.changes() ==
        std::vector<assignment_change>{
            {one, true}
    }
    );
    table.holder_of[lease_name(zero)] = "somebody else";
    first.whose.announce_again(zero);
    CHECK(
        first.whose.changes() ==
        std::vector<assignment_change>{
            {zero, false}
    }
    );
    CHECK(first.whose.changes().empty());
}

}  // namespace billhook
