#include "worker/notifier/notice_backlog.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

using namespace std::chrono_literals;
using time_point = notice_backlog::time_point;

const partition zero{"billing.notices", 0};
const partition one{"billing.notices", 1};

logged_notice at(const partition& of, std::int64_t offset) {
    logged_notice made{.of = of, .offset = offset, .what = {}};
    made.what.id = "ntc_" + std::to_string(offset);
    return made;
}

}  // namespace

TEST_CASE("backlog: only what is settled without a gap may be committed") {
    notice_backlog all;
    const time_point now{};
    all.begin(zero, 10);
    CHECK(all.settled_to(zero) == 10);
    for (const std::int64_t offset : {10, 11, 12}) {
        all.add(at(zero, offset), now);
    }
    all.pass(zero, 13);
    CHECK(all.settled_to(zero) == 10);
    all.settle(zero, 11);
    CHECK(all.settled_to(zero) == 10);
    all.settle(zero, 10);
    CHECK(all.settled_to(zero) == 12);
    all.settle(zero, 12);
    CHECK(all.settled_to(zero) == 14);
    CHECK(all.size() == 0);
}

TEST_CASE("backlog: what was deferred comes later and ever later") {
    notice_backlog all;
    time_point now{};
    all.begin(zero, 0);
    all.add(at(zero, 0), now);
    std::vector<std::chrono::seconds> pauses;
    for (int tries = 0; tries < 9; ++tries) {
        REQUIRE(all.due(now) != nullptr);
        all.defer(zero, 0, "not_now", now);
        const auto due = all.next_due();
        REQUIRE(due.has_value());
        CHECK(all.due(*due - 1s) == nullptr);
        pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(*due - now));
        now = *due;
        CHECK(all.due(now)->cause == "not_now");
    }
    const std::vector<std::chrono::seconds> expected = {
        30s, 60s, 120s, 240s, 480s, 960s, 1800s, 1800s, 1800s};
    CHECK((pauses == expected));
}

TEST_CASE("backlog: the longest due comes first over all partitions") {
    notice_backlog all;
    const time_point now{};
    all.begin(zero, 0);
    all.begin(one, 0);
    all.add(at(zero, 0), now + 2s);
    all.add(at(one, 0), now + 1s);
    CHECK(all.due(now) == nullptr);
    REQUIRE(all.due(now + 3s) != nullptr);
    CHECK(all.due(now + 3s)->from.of == one);
    CHECK(all.size() == 2);
    all.forget(one);
    CHECK(all.size() == 1);
    CHECK(all.due(now + 3s)->from.of == zero);
    all.settle(one, 0);
    all.defer(one, 0, "late", now);
    CHECK(all.size() == 1);
}

TEST_CASE("backlog: what is read twice is kept once") {
    notice_backlog all;
    all.begin(zero, 5);
    all.add(at(zero, 5), {});
    all.add(at(zero, 5), {});
    all.add(at(zero, 4), {});
    CHECK(all.size() == 1);
    all.begin(zero, 5);
    CHECK(all.size() == 0);
}

}  // namespace billhook
