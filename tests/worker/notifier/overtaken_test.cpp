#include "worker/notifier/overtaken.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

TEST_CASE("overtaken: what no longer holds is not sent") {
    const instant now = from_unix_seconds(1'000'000);
    const instant ends = now + std::chrono::hours{72};
    const instant other = ends + std::chrono::hours{1};
    using enum notice_kind;
    const struct {
        const char* name;
        notice_kind kind;
        notice_circumstances around;
        std::string why;
    } rows[] = {
        {"a step of an open case",      reminder,          {true, false, "past_due", {}, now},                  ""            },
        {"paid meanwhile",              reminder,          {false, false, "active", {}, now},                   "case_closed" },
        {"a later step was due",        payment_failed,    {true, true, "past_due", {}, now},                   "told_since"  },
        {"canceled meanwhile",
         access_removed,                                   {true, false, "canceled", {}, now},
         "subscription_canceled"                                                                                              },
        {"an unknown subscription",     access_restricted, {false, false, "", {}, now},                         "case_closed" },
        {"restricted still",            access_restricted, {true, false, "unpaid", {}, now},                    ""            },
        {"confirmation still wanted",   action_required,   {true, false, "incomplete", {}, now},                ""            },
        {"warned too late",             final_warning,     {false, false, "active", {}, now},                   "case_closed" },
        {"another counts",
         access_restricted,                                {true, false, "unpaid", {}, now, false},
         "another_counts"                                                                                                     },
        {"warned while another counts",
         final_warning,                                    {true, false, "unpaid", {}, now, false},
         "another_counts"                                                                                                     },
        {"reminded all the same",       reminder,          {true, false, "unpaid", {}, now, false},             ""            },
        {"recovered",                   recovered,         {false, false, "active", {}, now},                   ""            },
        {"recovered and failed again",
         recovered,                                        {true, false, "past_due", {}, now},
         "failing_again"                                                                                                      },
        {"recovered and canceled",
         recovered,                                        {false, false, "canceled", {}, now},
         "subscription_canceled"                                                                                              },
        {"recovered and told since",    recovered,         {false, true, "active", {}, now},                    "told_since"  },
        {"canceled",                    canceled,          {false, false, "canceled", {}, now},                 ""            },
        {"canceled, another is alive",
         canceled,                                         {false, false, "canceled", {}, now, false, true},
         "another_alive"                                                                                                      },
        {"canceled with an open case",  canceled,          {true, true, "canceled", {}, now},                   ""            },
        {"not canceled after all",      canceled,          {false, false, "active", {}, now},                   "not_canceled"},
        {"a trial ends",                trial_ending,      {false, true, "trialing", ends, now},                ""            },
        {"a trial was prolonged",
         trial_ending,                                     {false, false, "trialing", other, now},
         "trial_moved"                                                                                                        },
        {"a trial became paid",         trial_ending,      {false, false, "active", ends, now},                 "trial_over"  },
        {"a trial ended meanwhile",
         trial_ending,                                     {false, false, "trialing", ends, ends},
         "trial_over"                                                                                                         },
        {"a grant ends",                grant_ending,      {false, true, "active", {}, now, true, false, true}, ""            },
        {"a grant was revoked",         grant_ending,      {false, false, "active", {}, now},                   "grant_over"  },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        notice what;
        what.kind = row.kind;
        what.trial_end = row.kind == trial_ending ? std::optional{ends} : std::nullopt;
        CHECK(why_overtaken(what, row.around) == row.why);
    }
}

}  // namespace billhook
