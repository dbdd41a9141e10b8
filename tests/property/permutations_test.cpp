#include "tests/permutations/stories.hpp"
#include "tests/permutations/walk.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

using permutations::breadth;
using permutations::time_passes;
using permutations::walk;
using permutations::ways_of;

namespace {

std::uint64_t walk_all(const breadth& how) {
    std::uint64_t ways = 0;
    for (const auto& one : permutations::stories()) {
        CAPTURE(one.name);
        const auto walked = walk(one, how);
        for (const auto& failure : walked.failures) {
            FAIL_CHECK(failure);
        }
        CHECK(walked.ways == ways_of(one.events.size(), how));
        ways += walked.ways;
    }
    return ways;
}

}  // namespace

TEST_CASE("ways: as many as a hand counts") {
    // One event: alone; twice in one batch or in two.
    CHECK(ways_of(1, {}) == 1 + 2);
    // Two: 2 orders x 2 cuts; aab, aba, baa and bba, bab, abb x 4 cuts.
    CHECK(ways_of(2, {}) == 4 + 6 * 4);
    CHECK(ways_of(2, {.largest_batch = 1}) == 2 + 6);
    CHECK(ways_of(3, {.twice = false}) == 6 * 4);
}

TEST_CASE("permutations: there are stories enough of every kind") {
    CHECK(permutations::stories().size() >= 20);
}

// `billhook-permutations` walks batches of every size.
TEST_CASE(
    "permutations: all orders and duplicates of every story in batches of up to two (I4 I5 I6)"
) {
    const auto ways = walk_all({.largest_batch = 2});
    MESSAGE(ways, " ways");
}

TEST_CASE(
    "permutations: all orders of every story while time passes between its batches (I4 I6 I11)"
) {
    const auto ways =
        walk_all({.largest_batch = 2, .twice = false, .horizon = time_passes::meanwhile});
    MESSAGE(ways, " ways");
}

TEST_CASE("permutations: all ways of the short stories") {
    for (const auto& one : permutations::stories()) {
        if (one.events.size() <= 5) {
            CAPTURE(one.name);
            const auto walked = walk(one, {});
            for (const auto& failure : walked.failures) {
                FAIL_CHECK(failure);
            }
            CHECK(walked.ways == ways_of(one.events.size(), {}));
        }
    }
}

}  // namespace billhook
