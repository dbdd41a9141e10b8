#include "worker/pipeline/bisect.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace billhook {

namespace {

struct passing {
    std::vector<std::size_t> committed;
    std::vector<std::size_t> dead;
    std::vector<std::string> reasons;
    std::size_t transactions = 0;
};

// A database that refuses every piece with a poisoned record in it, unless it is a dead letter.
passing pass_all(std::size_t records, const std::set<std::size_t>& poisoned) {
    passing result;
    bisection cut(records);
    while (const auto now = cut.next()) {
        ++result.transactions;
        REQUIRE(result.transactions < 10'000);
        bool refused = false;
        for (std::size_t each = now->first; each < now->first + now->count; ++each) {
            refused = refused || (now->dead_reason.empty() && poisoned.contains(each));
        }
        if (refused) {
            REQUIRE(cut.refused("22P05"));
            continue;
        }
        for (std::size_t each = now->first; each < now->first + now->count; ++each) {
            (now->dead_reason.empty() ? result.committed : result.dead).push_back(each);
        }
        if (!now->dead_reason.empty()) {
            result.reasons.push_back(now->dead_reason);
        }
        cut.committed();
    }
    return result;
}

}  // namespace

TEST_CASE("bisect: only the poisoned records are dead and the rest passes in order") {
    struct row {
        const char* name;
        std::size_t records;
        std::set<std::size_t> poisoned;
    };
    const row rows[] = {
        {"nothing to pass",  0,   {}             },
        {"nothing poisoned", 500, {}             },
        {"the only one",     1,   {0}            },
        {"the first",        500, {0}            },
        {"the last",         500, {499}          },
        {"neighbours",       7,   {2, 3}         },
        {"all",              5,   {0, 1, 2, 3, 4}},
        {"spread",           500, {3, 250, 251}  },
    };
    for (const row& row : rows) {
        CAPTURE(row.name);
        const passing result = pass_all(row.records, row.poisoned);
        CHECK(std::set(result.dead.begin(), result.dead.end()) == row.poisoned);
        CHECK(result.dead.size() + result.committed.size() == row.records);
        CHECK(std::is_sorted(result.committed.begin(), result.committed.end()));
        CHECK(std::is_sorted(result.dead.begin(), result.dead.end()));
        for (const std::string& reason : result.reasons) {
            CHECK(reason == "database_22P05");
        }
        // About 2 log2 N transactions for each bad record.
        CHECK(result.transactions <= 1 + row.poisoned.size() * 20);
    }
}

TEST_CASE("bisect: a record is dead only if it is refused twice with the same state") {
    bisection cut(1);
    REQUIRE(cut.refused("22P05"));
    CHECK(cut.next()->dead_reason.empty());
    REQUIRE(cut.refused("23505"));
    CHECK(cut.next()->dead_reason.empty());
    REQUIRE(cut.refused("23505"));
    CHECK(cut.next()->dead_reason == "database_23505");
}

TEST_CASE("bisect: a dead letter that is refused leaves nothing to try") {
    bisection cut(1);
    REQUIRE(cut.refused("22P05"));
    REQUIRE(cut.refused("22P05"));
    CHECK_FALSE(cut.refused("22P05"));
}

TEST_CASE("bisect: too slow halves down to one record and never makes it dead") {
    bisection cut(8);
    CHECK(cut.too_slow());
    CHECK(cut.next() == piece{.first = 0, .count = 4, .dead_reason = ""});
    CHECK(cut.too_slow());
    CHECK(cut.too_slow());
    for (int again = 0; again < 3; ++again) {
        CHECK_FALSE(cut.too_slow());
        CHECK(cut.next() == piece{.first = 0, .count = 1, .dead_reason = ""});
    }
    cut.committed();
    CHECK(cut.next() == piece{.first = 1, .count = 1, .dead_reason = ""});
    cut.committed();
    CHECK(cut.next() == piece{.first = 2, .count = 2, .dead_reason = ""});
}

}  // namespace billhook
