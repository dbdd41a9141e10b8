#include "worker/pipeline/horizon.hpp"

#include <doctest/doctest.h>

namespace billhook {

namespace {

instant at(std::int64_t second) {
    return from_unix_seconds(second);
}

}  // namespace

TEST_CASE("horizon: a time is proven once everything before the end asked after it is folded") {
    partition_horizon one;
    CHECK_FALSE(one.complete_to(0));
    one.asked(at(100), 50);
    CHECK_FALSE(one.complete_to(49));
    CHECK(one.complete_to(50) == at(100));
    CHECK(one.complete_to(70) == at(100));
}

TEST_CASE("horizon: an empty partition is complete at once") {
    partition_horizon one;
    one.asked(at(100), 0);
    CHECK(one.complete_to(0) == at(100));
}

TEST_CASE("horizon: what is stored is not stored again") {
    partition_horizon one;
    one.asked(at(100), 5);
    one.stored(at(100));
    CHECK_FALSE(one.complete_to(9));
    one.asked(at(101), 5);
    CHECK(one.complete_to(5) == at(101));
}

TEST_CASE("horizon: a lagging worker keeps the nearest goal and then the newest") {
    partition_horizon one;
    one.asked(at(100), 50);
    one.asked(at(101), 60);
    one.asked(at(102), 70);
    CHECK(one.complete_to(50) == at(100));
    CHECK(one.complete_to(69) == at(100));
    one.stored(at(100));
    CHECK_FALSE(one.complete_to(69));
    CHECK(one.complete_to(70) == at(102));
}

TEST_CASE("horizon: with an end that does not move the latest question counts") {
    partition_horizon one;
    one.asked(at(100), 50);
    one.asked(at(101), 50);
    CHECK(one.complete_to(50) == at(101));
}

TEST_CASE("horizon: a step may pass both goals at once") {
    partition_horizon one;
    one.asked(at(100), 50);
    one.asked(at(101), 60);
    CHECK(one.complete_to(60) == at(101));
    one.stored(at(101));
    one.asked(at(102), 60);
    CHECK(one.complete_to(60) == at(102));
}

TEST_CASE("horizon: an end below one already seen proves nothing") {
    partition_horizon one;
    one.asked(at(100), 50);
    one.asked(at(101), 40);
    CHECK_FALSE(one.complete_to(40));
    CHECK(one.complete_to(50) == at(100));
    CHECK(one.end() == 50);
}

}  // namespace billhook
