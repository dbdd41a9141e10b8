#include "worker/insight/delinquency.hpp"

#include "tests/builders/life.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

namespace {

using builders::day;

// A line whose name begins with "rec_" is a reading's.
std::vector<stripe::subscription_fact> facts_of(const std::string& lines) {
    constexpr std::string_view prefix = "evt_";
    std::vector<stripe::subscription_fact> facts;
    for (const auto& one : builders::life(lines)) {
        auto fact =
            std::get<stripe::subscription_fact>(std::get<stripe::event>(one.what.what).said);
        if (fact.event.text().starts_with("evt_rec_")) {
            fact.event = event_id(fact.event.text().substr(prefix.size()));
        }
        facts.push_back(std::move(fact));
    }
    return facts;
}

// As Stripe shows it: made and finalized at `created`, ended (paid, void, uncollectible) at
// `ended`.
collected_invoice bill(
    const char* id,
    const char* created,
    const char* status,
    const char* ended = nullptr,
    const char* reason = "subscription_cycle"
) {
    collected_invoice made;
    made.fact.id = invoice_id(id);
    auto& state = made.fact.state;
    state.status = status;
    state.billing_reason = reason;
    state.created = day(created);
    if (state.status != "draft") {
        state.finalized_at = state.created;
        made.how.attempted = true;
    }
    if (ended != nullptr) {
        (state.status == "paid"   ? state.paid_at
         : state.status == "void" ? state.voided_at
                                  : state.marked_uncollectible_at) = day(ended);
    }
    made.how.automatic = true;
    return made;
}

// One whose last attempt failed as it was written off.
collected_invoice given_up(const char* id, const char* created, const char* ended) {
    auto made = bill(id, created, "uncollectible", ended);
    made.last_failure = day(ended);
    return made;
}

std::string shown(const untold_past& past) {
    std::string text;
    for (const auto& each : past.turns) {
        text += fmt::format(
            "{}{} {} {}{}",
            text.empty() ? "" : ", ",
            to_rfc3339(each.at),
            to_word(each.to),
            each.invoice.text(),
            each.assumed ? "?" : ""
        );
    }
    return past.assumed ? text + " assumed" : text;
}

struct row {
    const char* name;
    std::string ours;
    std::string theirs;  // one more line
    std::vector<collected_invoice> invoices;
    std::string told;
};

}  // namespace

TEST_CASE("delinquency: what our facts of a subscription lack") {
    const std::string began = "a d0 00:00 sub_1 created active plan=basic latest=in_1\n";
    const std::string second = began + "b d30 00:00 sub_1 updated latest:in_1->in_2\n";
    const std::string failed = second + "c d30 00:00 sub_1 updated status:active->past_due\n";
    const std::string owes = "s d70 00:00 sub_1 updated past_due latest=in_2\n";
    const std::string owes_again = "s d70 00:00 sub_1 updated past_due latest=in_3\n";
    const auto first = bill("in_1", "d0 00:00", "paid", "d0 00:00", "subscription_create");
    const std::string since_d30 = "2026-01-31T00:00:00Z past_due in_2";
    // clang-format off
    const row rows[] = {
        {"nothing where Stripe says active", second, "s d70 00:00 sub_1 updated active\n", {first, bill("in_2", "d30 00:00", "open")}, ""},
        {"nothing that was told", failed, owes, {first, bill("in_2", "d30 00:00", "open")}, ""},
        {"the failure of the latest invoice", began, owes, {first, bill("in_2", "d30 00:00", "open")}, since_d30},
        {"in the first second of which nothing is held", second, owes, {first, bill("in_2", "d30 00:00", "open")}, "2026-01-31T00:00:01Z past_due in_2"},
        {"of one that was written off and settled nothing", began, owes, {first, bill("in_2", "d30 00:00", "uncollectible", "d40 00:00")}, since_d30},
        {"of one that was paid since", began, owes, {first, bill("in_2", "d30 00:00", "paid", "d40 00:00")}, since_d30},
        {"nothing of one that was paid at once", began, owes, {first, bill("in_2", "d30 00:00", "paid", "d30 00:10")}, ""},
        {"nothing of one that was put away unasked", began, owes, {first, [] { auto one = bill("in_2", "d30 00:00", "void", "d30 00:00"); one.how.attempted = false; return one; }()}, ""},
        {"nothing of one that no charge follows", began, owes, {first, [] { auto one = bill("in_2", "d30 00:00", "open"); one.how.automatic = false; return one; }()}, ""},
        {"nothing where it failed later than it was charged", second + "c d33 00:00 sub_1 updated active plan=enterprise\n", owes, {first, bill("in_2", "d30 00:00", "open")}, ""},
        {"a pause in between denies nothing", second + "c d33 00:00 sub_1 paused status:active->paused\n", owes, {first, bill("in_2", "d30 00:00", "open")}, "2026-01-31T00:00:01Z past_due in_2"},
        {"the failure of the one before a draft", second, "s d70 00:00 sub_1 updated unpaid latest=in_3\n", {bill("in_3", "d60 00:00", "draft"), bill("in_2", "d31 00:00", "open")}, "2026-02-01T00:00:00Z past_due in_2"},
        {"of the first of two that are owed", began, owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "open"), first}, since_d30},
        {"of the second where the first was paid", failed + "d d40 00:00 sub_1 updated status:past_due->active\n", owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "paid", "d40 00:00")}, "2026-03-02T00:00:00Z past_due in_3"},
        {"the recovery in between and the second failure", failed, owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "paid", "d40 00:00")}, "2026-02-10T00:00:00Z active in_2, 2026-03-02T00:00:00Z past_due in_3"},
        {"no recovery from what did not fail", failed, owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "paid", "d30 00:00")}, ""},
        {"a bill by hand that it names", second, owes_again, {bill("in_3", "d60 00:00", "open", nullptr, "manual"), bill("in_2", "d30 00:00", "paid", "d30 00:00")}, "2026-03-02T00:00:00Z past_due in_3"},
        {"no bill by hand that it does not name", second, owes, {bill("in_3", "d60 00:00", "open", nullptr, "manual"), bill("in_2", "d30 00:00", "paid", "d30 00:00")}, ""},
        {"a write-off in between is taken for an end", began, owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "uncollectible", "d40 00:00")}, "2026-03-02T00:00:00Z past_due in_3 assumed"},
        {"also of what was told as past_due", failed, owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "void", "d40 00:00")}, "2026-02-10T00:00:00Z active in_2, 2026-03-02T00:00:00Z past_due in_3 assumed"},
        {"which stays assumed where we said it ourselves", failed + "rec_d d40 00:00 sub_1 updated active latest=in_2\n" + "e d60 00:00 sub_1 updated past_due latest=in_3\n", owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "void", "d40 00:00")}, " assumed"},
        {"what a failure may deny is told as assumed", failed, owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "uncollectible", "d40 00:00")}, "2026-02-10T00:00:00Z active in_2?, 2026-03-02T00:00:00Z past_due in_3 assumed"},
        {"and counts for nothing where one does", failed + "rec_d d40 00:00 sub_1 assumed active latest=in_2 id=rec_d\n" + "e d60 00:00 sub_1 updated past_due latest=in_3 id=rec_e\n", owes_again, {bill("in_3", "d60 00:00", "open"), given_up("in_2", "d30 00:00", "d40 00:00")}, ""},
        {"a write-off with the last failure ended nothing", began, owes_again, {bill("in_3", "d60 00:00", "open"), given_up("in_2", "d30 00:00", "d40 00:00")}, since_d30},
        {"but not where we hold that it was none", began + "b d59 23:00 sub_1 updated past_due latest=in_3\n", owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "uncollectible", "d40 00:00")}, since_d30},
        {"nor is it one that we hold the end of", failed + "d d40 00:00 sub_1 updated status:past_due->active\n", owes_again, {bill("in_3", "d60 00:00", "open"), bill("in_2", "d30 00:00", "uncollectible", "d40 00:00")}, "2026-03-02T00:00:00Z past_due in_3"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        auto ours = facts_of(each.ours + each.theirs);
        const auto theirs = ours.back();
        ours.pop_back();
        CHECK(shown(untold_turns({theirs, {}}, each.invoices, ours)) == each.told);
    }
}

TEST_CASE("delinquency: what was told is lacking no more") {
    const std::string held =
        "a d0 00:00 sub_1 created active plan=basic latest=in_1\n"
        "b d30 00:00 sub_1 updated latest:in_1->in_2\n"
        "c d30 00:00 sub_1 updated status:active->past_due\n";
    const std::vector<collected_invoice> invoices{
        bill("in_2", "d30 00:00", "paid", "d40 00:00"), bill("in_3", "d60 00:00", "open")};
    const std::string reading = "s d70 00:00 sub_1 updated past_due latest=in_3\n";
    const auto theirs = facts_of(held + reading).back();
    REQUIRE(untold_turns({theirs, {}}, invoices, facts_of(held)).turns.size() == 2);
    const std::string told = held +
                             "r1 d40 00:00 sub_1 updated active latest=in_2\n"
                             "r2 d60 00:00 sub_1 updated past_due latest=in_3\n";
    CHECK(untold_turns({theirs, {}}, invoices, facts_of(told)).turns.empty());
}

TEST_CASE("delinquency: a pause is told when Stripe paused it and with its reason") {
    const std::string began = "a d0 00:00 sub_1 created active plan=basic latest=in_1\n";
    const std::string failed = began + "b d30 00:00 sub_1 updated past_due latest=in_2\n";
    const std::string asked =
        "s d70 00:00 sub_1 updated paused latest=in_2 paused_for=pause_requested\n";
    const std::string unpaid =
        "s d70 00:00 sub_1 updated paused latest=in_2 paused_for=final_payment_failure\n";
    const auto open = bill("in_2", "d30 00:00", "open");
    const std::string since_d50 = "2026-02-20T00:00:00Z paused in_2";
    struct paused_row {
        row of;
        const char* paused_at;
    };
    // clang-format off
    const paused_row rows[] = {
        {{"the pause alone", failed, asked, {open}, since_d50}, "d50 00:00"},
        {{"nothing that was told with its reason", failed + "c d50 00:00 sub_1 updated paused paused_for=pause_requested\n", asked, {open}, ""}, "d50 00:00"},
        {{"the reason of a pause that was told without", failed + "c d50 00:00 sub_1 updated paused\n", asked, {open}, "2026-02-20T00:00:00Z paused_for in_2"}, "d50 00:00"},
        {{"the second of one that was heard of later", failed + "c d60 00:00 sub_1 updated paused paused_for=pause_requested\n", asked, {open}, since_d50}, "d50 00:00"},
        {{"in a free second where another word was last", failed + "c d50 00:00 sub_1 updated past_due\n", asked, {open}, "2026-02-20T00:00:01Z paused in_2"}, "d50 00:00"},
        {{"what failed before it as well", began, unpaid, {open}, "2026-01-31T00:00:00Z past_due in_2, " + since_d50}, "d50 00:00"},
        {{"no failure beside a pause that came in its place", began, "s d70 00:00 sub_1 updated paused latest=in_2 paused_for=first_payment_failure\n", {open}, "2026-01-31T00:00:00Z paused in_2"}, "d30 00:00"},
        {{"no debt that was settled before", began, asked, {bill("in_2", "d30 00:00", "paid", "d40 00:00")}, since_d50}, "d50 00:00"},
        {{"nothing where Stripe does not say since when", failed, asked, {open}, ""}, nullptr},
    };
    // clang-format on
    for (const auto& [each, paused_at] : rows) {
        CAPTURE(each.name);
        auto ours = facts_of(each.ours + each.theirs);
        shown_subscription theirs{ours.back(), {}};
        if (paused_at != nullptr) {
            theirs.paused_at = day(paused_at);
        }
        ours.pop_back();
        CHECK(shown(untold_turns(theirs, each.invoices, ours)) == each.told);
    }
}

TEST_CASE("delinquency: what Stripe took back has to have been said") {
    const std::string began = "a d0 00:00 sub_1 created active plan=basic latest=in_1\n";
    struct taken_back {
        const char* name;
        std::string ours;
        const char* theirs;
        const char* owes_since;
        const char* told;
    };
    // clang-format off
    const taken_back rows[] = {
        {"the turn to past_due", began, "active", "d30 00:00", "2026-01-31T00:00:00Z past_due in_2"},
        {"in a free second", began + "b d30 00:00 sub_1 updated active latest=in_2\n", "active", "d30 00:00", "2026-01-31T00:00:01Z past_due in_2"},
        {"though active was said again since", began + "b d40 00:00 sub_1 updated active latest=in_2\n", "active", "d30 00:00", "2026-01-31T00:00:00Z past_due in_2"},
        {"nothing where nothing is owed", began, "active", nullptr, ""},
        {"nothing where it was said", began + "b d30 00:00 sub_1 updated past_due latest=in_2\n", "active", "d30 00:00", ""},
        {"nothing where Stripe says otherwise", began, "past_due", "d30 00:00", ""},
        {"nothing of an end", began, "canceled", "d30 00:00", ""},
    };
    // clang-format on
    for (const auto& each : rows) {
        CAPTURE(each.name);
        const auto theirs =
            facts_of(each.ours + "s d70 00:00 sub_1 updated " + each.theirs + " latest=in_2\n")
                .back();
        std::optional<instant> since;
        if (each.owes_since != nullptr) {
            since = day(each.owes_since);
        }
        const auto turn = untold_recovery(theirs, facts_of(each.ours), since);
        untold_past past;
        if (turn) {
            past.turns.push_back(*turn);
        }
        CHECK(shown(past) == each.told);
    }
}

TEST_CASE("delinquency: who is paused may owe what failed before") {
    const auto says = [](const char* status) {
        return facts_of(std::string("s d70 00:00 sub_1 updated ") + status + "\n").back();
    };
    for (const char* const status : {"past_due", "unpaid", "paused"}) {
        CAPTURE(status);
        CHECK(may_owe(says(status)));
    }
    for (const char* const status : {"active", "trialing", "incomplete", "canceled"}) {
        CAPTURE(status);
        CHECK_FALSE(may_owe(says(status)));
    }
}

TEST_CASE("delinquency: an untold failure is only taken from what Stripe charges by itself") {
    stripe::invoice_fact theirs;
    theirs.state.status = "open";
    theirs.state.billing_reason = "subscription_cycle";
    theirs.state.finalized_at = from_unix_seconds(1'000'000);
    const collection tried{.attempted = true, .automatic = true};
    const invoice_registers none;
    const auto with = [&](auto change) {
        auto other = theirs;
        change(other.state);
        return untold_failure(none, other, tried, true);
    };
    using state = stripe::invoice_state;
    CHECK(untold_failure(none, theirs, tried, true) == theirs.state.finalized_at);
    CHECK(with([](state& s) { s.status = "uncollectible"; }) == theirs.state.finalized_at);
    CHECK_FALSE(untold_failure(none, theirs, tried, false));
    CHECK_FALSE(untold_failure(none, theirs, {.attempted = false, .automatic = true}, true));
    CHECK_FALSE(untold_failure(none, theirs, {.attempted = true, .automatic = false}, true));
    CHECK_FALSE(with([](state& s) { s.status = "paid"; }));
    CHECK_FALSE(with([](state& s) { s.status = "draft"; }));
    CHECK_FALSE(with([](state& s) { s.billing_reason = "subscription_create"; }));
    CHECK_FALSE(with([](state& s) { s.billing_reason = "manual"; }));
    CHECK_FALSE(with([](state& s) { s.billing_reason = std::nullopt; }));
    CHECK_FALSE(with([](state& s) { s.finalized_at = std::nullopt; }));

    invoice_registers told;
    told.first_failure = *theirs.state.finalized_at + std::chrono::minutes{30};
    CHECK_FALSE(untold_failure(told, theirs, tried, true));
    told.first_failure = *theirs.state.finalized_at + std::chrono::days{3};
    CHECK(untold_failure(told, theirs, tried, true) == theirs.state.finalized_at);
}

}  // namespace billhook
