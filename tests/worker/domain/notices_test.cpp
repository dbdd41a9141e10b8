#include "worker/domain/notices.hpp"

#include "tests/builders/living.hpp"
#include "tests/worker/domain/looks.hpp"
#include "tests/worker/domain/worked_lives.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

namespace {

using builders::day;
using builders::example_plans;
using builders::fold_in;
using builders::life;
using builders::memory_projection;
using builders::moment_of;
using builders::tick;

std::string events_of(std::string_view name) {
    for (const auto& one : worked_lives()) {
        if (std::string_view{one.name}.starts_with(name)) {
            return one.events;
        }
    }
    FAIL("no worked life is called so");
    return {};
}

const std::vector<looks> table = {
    {"2 ",
     {{"d1 00:00", "-"},
      {"d11 00:00", "sent trial_ending"},
      {"d11 01:00", "-"},
      {"d14 02:00", "-"}}                                                                    },
    {"2 ",  {{"d14 00:30 without e5 e6", "-"}}                                               },
    {"3 ",
     {{"d13 00:00", "sent trial_ending"},
      {"d14 00:00 only e1 e2 e3 e4", "-"},
      {"d20 00:01 without e8", "-"}}                                                         },
    {"3 ",
     {{"d14 00:14 only e1 e2 e8", "-"},
      {"d14 00:15 only e1 e2 e8", "sent canceled"},
      {"d15 00:00 only e1 e2 e8", "-"}}                                                      },
    {"4 ",
     {{"d30 01:00", "-"},
      {"d30 01:14", "-"},
      {"d30 01:15", "sent 0d payment_failed"},
      {"d34 00:00", "sent 3d reminder"},
      {"d37 01:00", "sent 5d final_warning"},
      {"d37 01:15", "sent 7d access_restricted"},
      {"d44 01:15", "sent 14d reminder"},
      {"d51 01:00", "-"},
      {"d51 01:15", "sent 21d access_removed"},
      {"d63 00:00", "-"}}                                                                    },
    {"5 ",
     {{"d38 08:59",
       "sent 7d access_restricted; skipped 0d payment_failed, 3d reminder, 5d final_warning"},
      {"d38 09:00", "sent recovered"},
      {"d38 09:01", "-"}}                                                                    },
 // Nobody was told of the failure, so nobody is told that it is over.
    {"5 ",  {{"d38 09:00", "-"}, {"d60 00:00", "-"}}                                         },
    {"6 ",
     {{"d60 00:30",
       "sent 21d access_removed; skipped 0d payment_failed, 3d reminder, 5d final_warning, 7d "
       "access_restricted, 14d reminder"},
      {"d60 02:00 without e3", "sent recovered"},
      {"d60 02:00", "-"},
      {"d63 00:00", "-"}}                                                                    },
    {"7 ",
     {{"d34 00:00", "sent 3d reminder; skipped 0d payment_failed"},
      {"d38 11:00 without e2", "sent recovered"},
      {"d38 11:00", "-"}}                                                                    },
    {"8 ",
     {{"d44 12:00 without e2",
       "sent 14d reminder; skipped 0d payment_failed, 3d reminder, 5d final_warning, 7d "
       "access_restricted"},
      {"d44 12:00", "-"},
      {"d52 00:00", "sent 21d access_removed"}}                                              },
    {"9 ",  {{"d32 08:00", "sent 0d payment_failed"}, {"d38 00:00", "-"}}                    },
    {"10 ",
     {{"d40 00:59",
       "sent 7d access_restricted; skipped 0d payment_failed, 3d reminder, 5d final_warning"},
      {"d40 01:00", "-"},
      {"d43 01:15", "sent canceled"},
      {"d61 00:00", "-"}}                                                                    },
    {"11 ",
     {{"d33 12:15 without f2 f3", "sent 0d payment_failed"},
      {"d34 00:10", "sent 3d reminder; covered 0d payment_failed"},
      {"d35 01:15", "sent 5d final_warning"}}                                                },
    {"13 ",
     {{"d30 01:14", "-"},
      {"d30 01:15", "sent 0d action_required"},
      {"d30 20:00", "sent recovered"}}                                                       },
    {"15 ", {{"d14 00:00", "-"}}                                                             },
    {"16a",
     {{"d31 00:00", "sent 0d payment_failed"},
      {"d46 00:00", "sent 14d final_warning; skipped 3d reminder, 5d reminder"},
      {"d60 01:15", "-"},
      {"d75 00:00", "-"}}                                                                    },
    {"17 ",
     {{"d36 00:00 without e4", "-"},
      {"d36 00:05", "sent 5d final_warning; skipped 0d payment_failed, 3d reminder"}}        },
    {"19 ", {{"d33 00:00 without e2", "-"}, {"d33 06:00", "skipped canceled"}}               },
    {"24 ",
     {{"d39 00:00",
       "sent 7d access_restricted; skipped 0d payment_failed, 3d reminder, 5d final_warning"},
      {"d46 00:00", "-"},
      {"d61 00:00", "sent 0d payment_failed"}}                                               },
    {"25 ",
     {{"d30 00:30", "-"},
      {"d38 00:00",
       "sent 7d access_restricted; skipped 0d payment_failed, 3d reminder, 5d final_warning"},
      {"d39 08:00", "sent recovered"},
      {"d39 09:00", "-"}}                                                                    },
    {"26 ",
     {{"d30 01:15", "sent 0d payment_failed"},
      {"d34 00:00", "sent 3d reminder"},
      {"d40 00:00", "sent recovered"},
      {"d44 00:00", "-"}}                                                                    },
 // Whoever pauses with a debt is reminded of it all the same.
    {"27 ",
     {{"d33 00:00", "sent 0d payment_failed"},
      {"d34 00:00", "sent 3d reminder"},
      {"d37 01:15", "sent 7d access_restricted; skipped 5d final_warning"},
      {"d54 00:00", "sent recovered"}}                                                       },
    {"32 ",
     {{"d34 00:00", "sent 3d reminder; skipped 0d payment_failed"},
      {"d35 01:00", "sent canceled"},
      {"d60 00:00", "-"}}                                                                    },
 // The invoice is of both cases, and what was told was told of the second.
    {"35 ", {{"d31 00:00", "-"}, {"d32 00:15", "sent 0d payment_failed"}, {"d32 12:00", "-"}}},
    {"59 ", {{"d10 00:15", "-"}, {"d10 00:16", "skipped canceled"}}                          },
 // What speaks of access waits until the failing subscription counts.
    {"60 ",
     {{"d30 01:15", "sent 0d payment_failed"},
      {"d34 00:00", "sent 3d reminder"},
      {"d35 01:15", "-"},
      {"d37 01:15", "-"},
      {"d44 01:15", "sent 14d reminder"},
      {"d45 00:00", "sent 7d access_restricted; skipped 5d final_warning"},
      {"d45 00:15", "skipped canceled"},
      {"d51 01:15", "sent 21d access_removed"}}                                              },
};

}  // namespace

TEST_CASE("notices: what each look at a worked life sends and skips and covers") {
    auto all = table;
    std::ranges::copy(looks_at_grants, std::back_inserter(all));
    for (const auto& row : all) {
        CAPTURE(row.name);
        const auto events = life(events_of(row.name));
        memory_projection tables;
        std::set<event_id> seen;
        for (const auto& [when, expected] : row.at) {
            CAPTURE(when);
            CHECK(
                shown(look(tables, seen, moment_of(when, events), example_plans())) ==
                std::string{expected}
            );
        }
    }
}

// A case of "4 a renewal fails and nobody pays" (it began on d30 01:00), found at one moment.
TEST_CASE("notices: nobody is told of what lies before notices_since or too long ago") {
    const struct {
        const char* name;
        const char* since;  // "" is no bound
        const char* found;
        const char* expected;
    } rows[] = {
        {"no bound",                                  "", "d34 00:00", "sent 3d reminder; skipped 0d payment_failed"},
        {"the bound lies before",
         "d33 01:15",                                     "d34 00:00",
         "sent 3d reminder; skipped 0d payment_failed"                                                              },
        {"the bound lies behind",
         "d33 01:16",                                     "d34 00:00",
         "skipped 0d payment_failed, 3d reminder"                                                                   },
        {"72 hours after it fell due",
         "",                                              "d47 01:15",
         "sent 14d reminder; skipped 0d payment_failed, 3d reminder, 5d final_warning, 7d "
         "access_restricted"                                                                                        },
        {"and a minute later",
         "",                                              "d47 01:16",
         "skipped 0d payment_failed, 3d reminder, 5d final_warning, 7d access_restricted, 14d "
         "reminder"                                                                                                 },
        {"what the access is now is no news of then",
         "",                                              "d44 01:00",
         "sent 7d access_restricted; skipped 0d payment_failed, 3d reminder, 5d final_warning"                      },
        {"long after all access went",
         "",                                              "d60 00:00",
         "sent 21d access_removed; skipped 0d payment_failed, 3d reminder, 5d final_warning, 7d "
         "access_restricted, 14d reminder"                                                                          },
        {"but not before the bound",
         "d52 00:00",                                     "d60 00:00",
         "skipped 0d payment_failed, 3d reminder, 5d final_warning, 7d access_restricted, 14d "
         "reminder, 21d access_removed"                                                                             },
    };
    const auto events = life(events_of("4 "));
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto [now, known] = moment_of(row.found, events);
        memory_projection tables;
        fold_in(tables, known, example_plans(), day("d0 00:00"));
        auto facts = tables.load(organization_id{"org_1"});
        if (*row.since != '\0') {
            facts.notices_since = day(row.since);
        }
        CHECK(shown(due_notices(facts, example_plans(), now)) == row.expected);
    }
}

// The fourth life fails for ever: with a plan to fall back to nobody is told that access is gone.
TEST_CASE("notices: with a plan to fall back to none speaks of an access that is not so") {
    const struct {
        const char* name;
        const char* found;
        std::string expected;
    } rows[] = {
        {"warned as without",
         "d35 01:15",                          "sent 5d final_warning; skipped 0d payment_failed, 3d reminder"                      },
        {"restricted as without",
         "d37 01:15",                          "sent 7d access_restricted; skipped 0d payment_failed, 3d reminder, 5d final_warning"},
        {"never removed",         "d51 01:15", "sent 14d reminder; skipped 0d payment_failed, 3d reminder"                          },
    };
    auto plans = example_plans();
    plans.fallback_plan = "basic";
    const auto events = life(events_of("4 "));
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto [now, known] = moment_of(row.found, events);
        memory_projection tables;
        fold_in(tables, known, plans, day("d0 00:00"));
        auto facts = tables.load(organization_id{"org_1"});
        for (auto& rules : plans.plans) {
            rules.dunning.notices_max_age = std::chrono::days{30};
        }
        const auto due = due_notices(facts, plans, now);
        CHECK(shown(due) == row.expected);
        for (const auto& one : due) {
            CHECK((!one.sent || !one.sent->restricted_until));
        }
    }
}

TEST_CASE("notices: a hard decline asks to act at once and a soft one waits for retries") {
    const std::string failure = R"(
        o1 d0 00:00 cus_1 created org=org_1
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        f1 d30 01:00 in_2 payment_failed open attempts=1 created=d30
        f2 d30 01:00 sub_1 updated status:active->past_due latest:in_1->in_2
    )";
    const struct {
        const char* name;
        std::string declines;
        std::string expected;
    } rows[] = {
        {"none",                        "",                                                    "sent 0d payment_failed" },
        {"hard and of no invoice",
         "x d30 01:00 ch_1 failed code=lost_card",                                             "sent 0d action_required"},
        {"hard and of the invoice",
         "x d30 00:40 ch_1 failed code=stolen_card invoice=in_2",                              "sent 0d action_required"},
        {"hard and of another invoice",
         "x d30 01:00 ch_1 failed code=lost_card invoice=in_7",                                "sent 0d payment_failed" },
        {"hard and long before",
         "x d29 01:00 ch_1 failed code=lost_card",                                             "sent 0d payment_failed" },
        {"soft",                        "x d30 01:00 ch_1 failed code=insufficient_funds",     "sent 0d payment_failed" },
        {"hard and then soft",
         "x d30 00:58 ch_1 failed code=lost_card invoice=in_2\n"
         "y d30 01:00 ch_2 failed code=insufficient_funds",                                    "sent 0d payment_failed" },
        {"soft and then hard",
         "x d30 00:58 ch_1 failed code=insufficient_funds invoice=in_2\n"
         "y d30 01:00 ch_2 failed code=lost_card",                                             "sent 0d action_required"},
        {"both in one second",
         "x d30 01:00 ch_1 failed code=card_declined\ny d30 01:00 ch_2 failed code=lost_card", "sent 0d action_required"},
    };
    std::mt19937 random{3};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        auto events = life(failure + row.declines + "\n");
        for (int order = 0; order < 20; ++order) {
            memory_projection tables;
            for (const auto& event : events) {
                fold_in(tables, {&event.what, 1}, example_plans(), day("d30 00:00"));
            }
            CHECK(shown(tick(tables, example_plans(), day("d30 01:15")).notices) == row.expected);
            std::shuffle(events.begin(), events.end(), random);
        }
    }
}

TEST_CASE("notices: two cases that share an invoice and end in one look recover once (I6)") {
    const auto events = life(R"(
        a d0 00:00 sub_1 created active plan=basic period=0-90 latest=in_1 org=org_1
        b d1 00:00 sub_1 updated status:active->past_due
        c d3 00:00 sub_1 updated status:past_due->active
        d d5 00:00 sub_1 updated status:active->past_due
        e d7 00:00 sub_1 updated status:past_due->active
    )");
    memory_projection tables;
    std::set<event_id> seen;
    CHECK(
        shown(look(tables, seen, moment_of("d2 00:00", events), example_plans())) ==
        "sent 0d payment_failed"
    );
    CHECK(
        shown(look(tables, seen, moment_of("d8 00:00", events), example_plans())) ==
        "sent recovered"
    );
    CHECK(tables.cases().size() == 2);
}

TEST_CASE("notices: what was recorded is due no more (I6)") {
    std::mt19937 random{7};
    for (const auto& one : worked_lives()) {
        CAPTURE(one.name);
        auto events = life(one.events);
        for (int order = 0; order < 40; ++order) {
            std::shuffle(events.begin(), events.end(), random);
            memory_projection tables;
            auto now = day("d20 00:00");
            for (const auto& event : events) {
                // memory_projection aborts where a member gets a step twice.
                fold_in(tables, {&event.what, 1}, example_plans(), now);
                now += std::chrono::hours{random() % 100};
                tick(tables, example_plans(), now);
            }
            for (const auto& [organization, standing] : tables.standings()) {
                CHECK(
                    due_notices(tables.load(organization), example_plans(), standing.as_of).empty()
                );
            }
        }
    }
}

}  // namespace billhook
