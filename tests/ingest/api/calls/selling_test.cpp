#include "ingest/api/calls/selling.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook::api {
namespace {

using http::problem_code;

constexpr const char* price = "price_pro";

// Of the price and a single seat, without a trial.
owned_subscription one(const char* id, const char* status) {
    owned_subscription made;
    made.id = id;
    made.status = status;
    made.price = price;
    made.quantity = 1;
    return made;
}
owned_subscription in_trial(const char* id, const char* status, bool awaits_card) {
    auto made = one(id, status);
    made.had_trial = true;
    made.awaits_card = awaits_card;
    return made;
}
owned_subscription of_other_price(owned_subscription what) {
    what.price = "price_basic";
    return what;
}
owned_subscription with_seats(owned_subscription what, std::int64_t seats) {
    what.quantity = seats;
    return what;
}

}  // namespace

TEST_CASE("selling: one living subscription and one trial for ever") {
    struct row {
        const char* name;
        bool trial;
        std::vector<owned_subscription> owned;
        std::optional<problem_code> refused;
        std::string same;
        std::vector<std::string> abandoned;
    };
    const auto subscribed = problem_code::already_subscribed;
    const auto no_trial = problem_code::trial_unavailable;
    const row rows[] = {
        {"the first",                              false, {},                                                               {},         "",  {}   },
        {"the first in a trial",                   true,  {},                                                               {},         "",  {}   },
        {"after one that ended",                   false, {one("a", "canceled")},                                           {},         "",  {}   },
        {"after one that nobody paid",             false, {one("a", "incomplete_expired")},                                 {},         "",  {}   },
        {"beside a living one",                    false, {one("a", "active")},                                             subscribed, "",  {}   },
        {"beside one that is not paid",            false, {one("a", "past_due")},                                           subscribed, "",  {}   },
        {"beside a suspended one",                 false, {one("a", "unpaid")},                                             subscribed, "",  {}   },
        {"beside a paused one",                    false, {one("a", "paused")},                                             subscribed, "",  {}   },
        {"beside one in its trial",                true,  {in_trial("a", "trialing", false)},                               subscribed, "",  {}   },
        {"beside one of no status that we know",   false, {one("a", "")},                                                   subscribed, "",  {}   },
        {"again before it is paid",                false, {one("a", "incomplete")},                                         {},         "a", {}   },
        {"again with its card to come",            true,  {in_trial("a", "trialing", true)},                                {},         "a", {}   },
        {"another plan before it is paid",
         false,                                           {of_other_price(one("a", "incomplete"))},
         {},
         "",                                                                                                                                 {"a"}},
        {"other seats before it is paid",
         false,                                           {with_seats(one("a", "incomplete"), 2)},
         {},
         "",                                                                                                                                 {"a"}},
        {"as a trial before it is paid",           true,  {one("a", "incomplete")},                                         {},         "",  {"a"}},
        {"another plan in a trial",
         true,                                            {of_other_price(in_trial("a", "trialing", true))},
         subscribed,                                                                                                                    "",
         {}                                                                                                                                       },
        {"incomplete beside a living one",
         false,                                           {one("a", "incomplete"), one("b", "active")},
         subscribed,                                                                                                                    "",
         {}                                                                                                                                       },
        {"two that nobody paid",
         false,                                           {of_other_price(one("a", "incomplete")), one("b", "incomplete")},
         {},
         "b",                                                                                                                                {"a"}},
        {"without a trial after one",              false, {in_trial("a", "canceled", false)},                               {},         "",  {}   },
        {"a trial after one",                      true,  {in_trial("a", "canceled", false)},                               no_trial,   "",  {}   },
        {"a trial of another plan after one",
         true,                                            {of_other_price(in_trial("a", "canceled", false))},
         no_trial,                                                                                                                      "",
         {}                                                                                                                                       },
        {"a trial after one and what nobody paid",
         true,                                            {in_trial("a", "canceled", false), one("b", "incomplete")},
         no_trial,                                                                                                                      "",
         {}                                                                                                                                       },
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        const order wanted{"pro", order_interval::month, 1, each.trial};
        const auto decided = sale_of(wanted, price, each.owned, std::chrono::days{14});
        CHECK(decided.refused.has_value() == each.refused.has_value());
        if (decided.refused) {
            CHECK(decided.refused->code == each.refused);
        }
        CHECK(decided.same.value_or("") == each.same);
        CHECK(decided.abandoned == each.abandoned);
    }
}

TEST_CASE("selling: plans without a trial give none") {
    const order wanted{"pro", order_interval::month, 1, true};
    const auto decided = sale_of(wanted, price, {}, std::chrono::hours{23});
    REQUIRE(decided.refused.has_value());
    CHECK(decided.refused->code == problem_code::trial_unavailable);
    CHECK(trial_days(std::chrono::hours{49}) == 2);
}

TEST_CASE("selling: Stripe is never late and the fold forgets no trial") {
    const std::vector<owned_subscription> shown{one("a", "canceled"), one("c", "active")};
    const auto all = with_shown({in_trial("a", "trialing", false), one("b", "canceled")}, shown);
    REQUIRE(all.size() == 3);
    CHECK(all[0].status == "canceled");
    CHECK(all[0].had_trial);
    CHECK(all[1].id == "b");
    CHECK(all[2].id == "c");
}

}  // namespace billhook::api
