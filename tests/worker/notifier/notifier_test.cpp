#include "worker/notifier/notifier.hpp"

#include "tests/worker/notifier/doubles.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

using namespace std::chrono_literals;

struct fixture {
    fixture() { claims.rows[what.id] = {}; }

    attempt_result go(std::string_view last_cause = "") {
        return one.deliver(what, claims, last_cause);
    }
    const tests::memory_claims::row& row() { return claims.rows.at(what.id); }

    notice what = sample_notice(notice_kind::payment_failed);
    tests::memory_claims claims;
    tests::known_recipients whom;
    tests::memory_mailer by;
    notifier one{
        notifier_means{
                       .whom = whom,
                       .by = by,
                       .sender =
                {.address = "billing@shop.example",
                 .name = "Shop",
                 .reply_to = "",
                 .product = "Shop",
                 .billing_url = ""},
                       .plan_names = {{"pro", "Pro plan"}},
                       .give_up_after = 48h}
    };
};

}  // namespace

TEST_CASE("notifier: a notice is delivered once and recorded") {
    fixture all;
    const attempt_result first = all.go();
    CHECK(first.how == went::done);
    CHECK(first.outcome == notice_outcome::delivered);
    REQUIRE(all.by.given.size() == 1);
    CHECK(all.by.given[0].to.reveal() == "ada@customer.example");
    CHECK(all.by.given[0].text.reveal().find("(Pro plan)") != std::string::npos);
    CHECK(all.row().outcome == notice_outcome::delivered);

    const attempt_result again = all.go();
    CHECK(again.how == went::done);
    CHECK_FALSE(again.outcome.has_value());
    CHECK(again.cause == "taken");
    CHECK(all.by.given.size() == 1);
}

TEST_CASE("notifier: what each answer of the mail server leaves behind") {
    const struct {
        const char* name;
        mailed answer;
        went how;
        std::optional<notice_outcome> outcome;
        std::string cause;
        bool claimed;
    } rows[] = {
        {"taken",              mailed::accepted,    went::done,        notice_outcome::delivered, "",            true },
        {"no such mailbox",
         mailed::recipient_refused,
         went::done,
         notice_outcome::failed,
         "recipient_refused",                                                                                    true },
        {"not wanted",
         mailed::message_refused,
         went::done,
         notice_outcome::failed,
         "message_refused",                                                                                      true },
        {"greylisted",         mailed::not_now,     went::later,       {},                        "not_now",     false},
        {"the server is away", mailed::unavailable, went::unavailable, {},                        "unavailable", false},
        {"nobody knows",       mailed::in_doubt,    went::in_doubt,    {},                        "in_doubt",    true },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        fixture all;
        all.by.answers = {row.answer};
        const attempt_result after = all.go();
        CHECK(after.how == row.how);
        CHECK((after.outcome == row.outcome));
        CHECK(after.cause == row.cause);
        CHECK((all.row().outcome == row.outcome));
        CHECK(all.row().claimed_by.empty() == !row.claimed);
    }
}

TEST_CASE("notifier: what is not to be sent is not sent") {
    const auto gone = [](fixture& all) { all.claims.rows.clear(); };
    const auto taken = [](fixture& all) { all.claims.rows.begin()->second.claimed_by = "other"; };
    const auto doubtful = [](fixture& all) {
        all.claims.rows.begin()->second = {"me", "in_doubt", std::nullopt};
    };
    const auto paid = [](fixture& all) { all.claims.around.open_case = false; };
    const auto old = [](fixture& all) { all.claims.age = 49h; };
    const auto recovering = [](fixture& all) { all.claims.recovering = true; };
    const auto paid_by_recovery = [](fixture& all) {
        all.claims.recovering = true;
        all.claims.around.open_case = false;
    };
    const auto unknown = [](fixture& all) {
        all.whom.why_not = no_recipient{notice_outcome::failed, "customer_unknown"};
    };
    const auto settled = [](fixture& all) {
        all.whom.why_not = no_recipient{notice_outcome::overtaken, "invoice_settled"};
    };
    const auto away = [](fixture& all) {
        all.whom.why_not = no_recipient{std::nullopt, "stripe_unavailable"};
    };
    const struct {
        const char* name;
        void (*arrange)(fixture&);
        went how;
        std::optional<notice_outcome> outcome;
        std::string cause;
    } rows[] = {
        {"the database does not know it", gone,       went::done,        {},                        "not_recorded"      },
        {"somebody else has it",          taken,      went::done,        {},                        "taken"             },
        {"it may have been sent",         doubtful,   went::done,        {},                        "taken"             },
        {"paid meanwhile",                paid,       went::done,        notice_outcome::overtaken, "case_closed"       },
        {"too old",                       old,        went::done,        notice_outcome::failed,    "too_late"          },
        {"more may still come",           recovering, went::later,       {},                        "recovery"          },
        {"recovery says it is paid",
         paid_by_recovery,                            went::done,
         notice_outcome::overtaken,
         "case_closed"                                                                                                  },
        {"nobody to write to",            unknown,    went::done,        notice_outcome::failed,    "customer_unknown"  },
        {"Stripe says it is paid",
         settled,                                     went::done,
         notice_outcome::overtaken,
         "invoice_settled"                                                                                              },
        {"Stripe is away",                away,       went::unavailable, {},                        "stripe_unavailable"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        fixture all;
        row.arrange(all);
        const attempt_result after = all.go();
        CHECK(after.how == row.how);
        CHECK((after.outcome == row.outcome));
        CHECK(after.cause == row.cause);
        CHECK(all.by.given.empty());
    }
}

TEST_CASE("notifier: what was tried too long fails with the last cause") {
    fixture all;
    all.claims.age = 49h;
    CHECK(all.go("not_now").cause == "not_now");
    CHECK(all.row().outcome == notice_outcome::failed);
}

TEST_CASE("notifier: a database that breaks at any call never sends twice") {
    constexpr int calls = 3;  // look, claim, finish
    for (const auto answer : {mailed::accepted, mailed::in_doubt, mailed::recipient_refused}) {
        for (int at = 0; at < calls; ++at) {
            for (const bool after : {false, true}) {
                CAPTURE(to_word(answer));
                CAPTURE(at);
                CAPTURE(after);
                fixture all;
                all.by.answers = {answer};
                all.claims.trouble = {.at = at, .after = after};
                int broke = 0;
                while (broke < 3) {
                    try {
                        (void)all.go();
                        break;
                    } catch (const tests::breakdown&) {
                        ++broke;
                    }
                }
                CHECK(broke == 1);
                CHECK(all.by.given.size() == 1);
                CHECK(all.row().outcome.has_value() == (answer != mailed::in_doubt));
                CHECK(all.row().claimed_by == "me");
                (void)all.go();
                CHECK(all.by.given.size() == 1);
            }
        }
    }
}

TEST_CASE("notifier: what was released by a broken call is sent at the next go") {
    fixture all;
    all.by.answers = {mailed::not_now};
    all.claims.trouble = {.at = 2, .after = false};
    CHECK_THROWS_AS((void)all.go(), tests::breakdown);
    CHECK(all.row().claimed_by == "me");
    CHECK(all.go().outcome == notice_outcome::delivered);
    CHECK(all.by.given.size() == 2);
}

}  // namespace billhook
