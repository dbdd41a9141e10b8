#include "worker/domain/snapshot.hpp"

#include "tests/builders/life.hpp"
#include "worker/domain/walk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::life;

template <class Fact>
std::vector<Fact> facts_of(std::string_view lines) {
    std::vector<Fact> facts;
    for (const auto& one : life(lines)) {
        if (const auto* fact = std::get_if<Fact>(&std::get<stripe::event>(one.what.what).said)) {
            facts.push_back(*fact);
        }
    }
    return facts;
}

struct row {
    const char* name;
    std::string events;
    const char* current;  // event id
    bool ambiguous;
};

// The current fact, from every order of the set.
template <class Fact>
void check_all_orders(const row& row) {
    CAPTURE(row.name);
    auto facts = facts_of<Fact>(row.events);
    std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) {
        return a.event < b.event;
    });
    do {
        const auto now = pick(std::span<const Fact>{facts});
        REQUIRE(now.fact != nullptr);
        REQUIRE(now.fact->event.text() == row.current);
        REQUIRE(now.ambiguous == row.ambiguous);
    } while (std::next_permutation(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) {
        return a.event < b.event;
    }));
}

}  // namespace

TEST_CASE("snapshot: the current fact of a subscription") {
    const std::string before = "a d0 00:00 sub_1 created active plan=basic period=0-30\n";
    const row rows[] = {
        {"the only one",                                                 before,                  "evt_a", false},
        {"the latest second",
         before + "b d1 00:00 sub_1 updated status:active->past_due",
         "evt_b",                                                                                          false},
        {"a deleted one ends it though a later update came",
         before +
             "b d1 00:00 sub_1 deleted active\nc d2 00:00 sub_1 updated status:active->past_due", "evt_b",
         false                                                                                                  },
        {"canceled is terminal by its status",
         before +
             "b d1 00:00 sub_1 updated status:active->canceled\nc d2 00:00 sub_1 updated active", "evt_b",
         false                                                                                                  },
        {"created is first in its second and deleted last",
         "z d0 00:00 sub_1 created incomplete plan=basic period=0-30\n"
         "m d0 00:00 sub_1 updated status:incomplete->active\n"
         "a d0 00:00 sub_1 deleted canceled",                                                     "evt_a",
         false                                                                                                  },
        {"created is first in its second also where nothing follows it",
         "z d0 00:00 sub_1 created incomplete plan=basic period=0-30\n"
         "a d0 00:00 sub_1 pending_update_applied active",                                        "evt_a",
         false                                                                                                  },
        {"a chain of two is told by what was replaced",
         before + "z d1 00:00 sub_1 updated status:active->past_due\n"
                  "b d1 00:00 sub_1 updated quantity:1->2",                                       "evt_b",
         false                                                                                                  },
        {"equal content is never ambiguous",
         before + "b d1 00:00 sub_1 trial_will_end active\nc d1 00:00 sub_1 pending_update_applied "
                  "active",                                                                       "evt_c",
         false                                                                                                  },
        {"a later period start is evidence where the chain is broken",
         before + "c d1 00:00 sub_1 pending_update_applied status=active\n"
                  "b d1 00:00 sub_1 pending_update_applied period=30-60",                         "evt_b",
         false                                                                                                  },
        {"a circle ends where it began",
         before + "z d1 00:00 sub_1 updated status:active->past_due\n"
                  "c d1 00:00 sub_1 updated status:past_due->active",                             "evt_c",
         true                                                                                                   },
        {"a circle without a start is settled by the id",
         "b d1 00:00 sub_1 updated status:active->past_due\n"
         "c d1 00:00 sub_1 updated status:past_due->active",                                      "evt_c",
         true                                                                                                   },
        {"two changes that tell nothing of each other",
         before + "b d1 00:00 sub_1 pending_update_applied past_due\n"
                  "c d1 00:00 sub_1 pending_update_applied unpaid",                               "evt_c",
         true                                                                                                   },
    };
    for (const auto& row : rows) {
        check_all_orders<stripe::subscription_fact>(row);
    }
}

TEST_CASE("snapshot: the current fact of an invoice") {
    const row rows[] = {
        {"paid is terminal",
         "a d0 00:00 in_1 paid paid\nb d1 00:00 in_1 payment_failed open",                          "evt_a",
         false},
        {"uncollectible is not",
         "a d0 00:00 in_1 marked_uncollectible uncollectible\nb d1 00:00 in_1 paid paid",           "evt_b",
         false},
        {"the status rank only rises",
         "b d0 00:00 in_1 finalized open\na d0 00:00 in_1 sent uncollectible",                      "evt_a",
         false},
        {"the attempt count only rises",
         "b d0 00:00 in_1 payment_failed open attempts=1\na d0 00:00 in_1 payment_failed open "
         "attempts=2",                                                                              "evt_a",
         false},
        {"all bodies of a second may show its end",
         "a d0 00:00 in_1 created paid\nb d0 00:00 in_1 finalized paid\nc d0 00:00 in_1 paid paid", "evt_c",
         false},
    };
    for (const auto& row : rows) {
        check_all_orders<stripe::invoice_fact>(row);
    }
}

// The same events, each told by every version of the API on its own.
TEST_CASE("snapshot: the order is the same in whatever version of the API each fact is told") {
    struct {
        const char* name;
        std::vector<std::string> events;
        const char* current;
        bool ambiguous;
    } const rows[] = {
        {"the only one",                           {"a d0 00:00 sub_1 created active period=0-30"}, "evt_a", false},
        {"a renewal, then a cancellation",
         {"a d0 00:00 sub_1 created active period=0-30 latest=in_1",
          "z d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2",
          "b d30 00:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d60"},
         "evt_b",                                                                                            false},
        {"a cancellation and its undo",
         {"a d0 00:00 sub_1 created active period=0-30 latest=in_1",
          "z d1 00:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d30",
          "b d1 00:00 sub_1 updated cancel_at_period_end:true->false cancel_at:d30->null"},
         "evt_b",                                                                                            true },
        {"an undo and the cancellation again",
         {"a d0 00:00 sub_1 created active period=0-30 cancel_at_period_end=true cancel_at=d30",
          "z d1 00:00 sub_1 updated cancel_at_period_end:true->false cancel_at:d30->null",
          "b d1 00:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d30"},
         "evt_b",                                                                                            true },
        {"a period made longer and shorter again",
         {"a d0 00:00 sub_1 created active period=0-30",
          "z d1 00:00 sub_1 updated period:0-30->0-37",
          "b d1 00:00 sub_1 updated period:0-37->0-30"},
         "evt_b",                                                                                            true },
        {"a plan there and back, and a status",
         {"a d0 00:00 sub_1 created trialing plan=basic period=0-30",
          "z d1 00:00 sub_1 updated plan:basic->enterprise",
          "b d1 00:00 sub_1 updated plan:enterprise->basic",
          "y d1 00:00 sub_1 updated status:trialing->active"},
         "evt_y",                                                                                            true },
        {"equal content is never ambiguous",
         {"a d0 00:00 sub_1 created active period=0-30",
          "b d1 00:00 sub_1 trial_will_end active period=5-35",
          "c d1 00:00 sub_1 pending_update_applied active"},
         "evt_c",                                                                                            false},
    };
    const char* versions[] = {"2019-10-17", "2025-02-24.acacia", "2025-03-31.basil", ""};
    for (const auto& row : rows) {
        for (std::size_t which = 0; which < (1U << 2 * row.events.size()); ++which) {
            std::string events;
            for (std::size_t i = 0; i < row.events.size(); ++i) {
                events += row.events[i] + " version=" + versions[which >> 2 * i & 3U] + "\n";
            }
            CAPTURE(events);
            check_all_orders<stripe::subscription_fact>({
                row.name,
                events,
                row.current,
                row.ambiguous,
            });
        }
    }
}

TEST_CASE("snapshot: a state that could not tell all of today begins the walk all the same") {
    const std::string before =
        "a d0 00:00 sub_1 created active period=0-30 latest=in_1 version=2018-02-28\n";
    const row rows[] = {
        {"the latest invoice of a circle",
         before + "z d1 00:00 sub_1 updated quantity:1->2\n"
                  "b d1 00:00 sub_1 updated quantity:2->1",           "evt_b",
         true},
        {"told before, and not by the circle",
         "a d0 00:00 sub_1 created active period=0-30 latest=in_1\n"
         "z d1 00:00 sub_1 updated quantity:1->2 version=2018-02-28\n"
         "b d1 00:00 sub_1 updated quantity:2->1 version=2018-02-28", "evt_b",
         true},
        {"what the circle changed has to be told",
         before + "c d1 00:00 sub_1 updated latest:in_1->in_2\n"
                  "b d1 00:00 sub_1 updated latest:in_2->in_1",       "evt_c",
         true},
    };
    for (const auto& row : rows) {
        check_all_orders<stripe::subscription_fact>(row);
    }
}

TEST_CASE("snapshot: each second has one last state") {
    const auto facts = facts_of<stripe::subscription_fact>(
        "a d0 00:00 sub_1 created active plan=basic\n"
        "c d1 00:00 sub_1 updated status:active->past_due\n"
        "b d1 00:00 sub_1 updated status:past_due->unpaid\n"
        "d d2 00:00 sub_1 updated status:unpaid->active\n"
    );
    std::vector<std::string> last;
    for (const auto& second : last_of_each_second(facts)) {
        last.push_back(second.fact->event.text());
    }
    CHECK(last == std::vector<std::string>{"evt_a", "evt_b", "evt_d"});
}

TEST_CASE("walk: where it must end") {
    struct row {
        const char* name;
        std::vector<move> moves;
        std::size_t start;
        std::optional<std::size_t> end;
    };
    const row rows[] = {
        {"no move is no walk",                 {},                       0, std::nullopt},
        {"moves that go nowhere",              {{1, 1}},                 0, std::nullopt},
        {"one step",                           {{0, 1}},                 0, 1           },
        {"there and back",                     {{0, 1}, {1, 0}},         0, 0           },
        {"from elsewhere there is no way",     {{1, 2}},                 0, std::nullopt},
        {"a circle and a step",                {{0, 1}, {1, 0}, {0, 2}}, 0, 2           },
        {"told twice is told once or twice",   {{0, 1}, {0, 1}},         0, 1           },
        {"twins that change the end",          {{0, 1}, {1, 0}, {0, 1}}, 0, std::nullopt},
        {"two ways out cannot both be walked", {{0, 1}, {0, 2}},         0, std::nullopt},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(end_of_walk(row.moves, row.start) == row.end);
    }
}

}  // namespace billhook
