#include "worker/insight/explain.hpp"

#include "tests/builders/living.hpp"
#include "tests/builders/past.hpp"
#include "tests/worker/domain/worked_lives.hpp"
#include "worker/insight/why.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::day;

explanation explained(const std::string& lines, const std::string& at) {
    auto [now, known] = builders::moment_of(at, builders::life(lines));
    std::reverse(known.begin(), known.end());  // they came in another order than they happened
    return explain(builders::past_of(known), builders::example_policy(), {now, now});
}

std::string lines_of(const explanation& all) {
    std::string text;
    for (const auto& row : all.timeline) {
        text += to_rfc3339(row.at) + " ";
        text += row.event ? row.type + " " + row.object + ": " : "=> ";
        text += row.words + "\n";
    }
    return text;
}

const std::string failing_renewal = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
    f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 updated status:active->past_due
)";

}  // namespace

TEST_CASE("explain: what support can paste about a failed renewal") {
    const auto all = explained(failing_renewal, "d38 00:00");
    CHECK(
        all.why ==
        "Money for sub_1 has been owed since 2026-01-31 01:00 UTC, and nothing has settled it. "
        "From "
        "then on plan Basic keeps full access for 7d (until 2026-02-07 01:00 UTC), then restricted "
        "access for 14d (until 2026-02-21 01:00 UTC), then none. Grace is over. Restricted access "
        "keeps the plan's features but for: prioritized_max = 0."
    );
    CHECK(
        all.next ==
        "If no event comes, from 2026-02-21 01:00 UTC on: basic, past_due: none (unpaid), in "
        "dunning."
    );
}

TEST_CASE("explain: the timeline is in the order of events with what followed from them") {
    CHECK(
        lines_of(explained(failing_renewal, "d38 00:00")) ==
        "2026-01-01T00:00:00Z customer.created cus_1: created, organization org_1\n"
        "2026-01-01T00:00:00Z customer.subscription.created sub_1: status active, plan basic, "
        "period end 2026-01-31 00:00 UTC\n"
        "2026-01-01T00:00:00Z => basic, active: full (paid)\n"
        "2026-01-31T00:00:00Z customer.subscription.updated sub_1: period end 2026-01-31 00:00 UTC "
        "-> 2026-03-02 00:00 UTC, latest invoice in_1 -> in_2\n"
        "2026-01-31T01:00:00Z invoice.payment_failed in_2: the payment failed, status open, "
        "attempt "
        "1, subscription_cycle, of sub_1\n"
        "2026-01-31T01:00:00Z customer.subscription.updated sub_1: status active -> past_due\n"
        "2026-01-31T01:00:00Z => basic, past_due: full (grace), in dunning, full until 2026-02-07 "
        "01:00 UTC\n"
        "2026-02-07T01:00:00Z => basic, past_due: restricted (restricted), in dunning, restricted "
        "until 2026-02-21 01:00 UTC\n"
    );
}

TEST_CASE("explain: an earlier moment knows nothing of what came later") {
    const auto all = explained(failing_renewal, "d30 00:30");
    CHECK(all.now.why == reason::paid);
    CHECK(all.why == "sub_1 is active on plan Basic and nothing is owed.");
    CHECK(all.timeline.size() == 4);
}

TEST_CASE("explain: a fact counts as soon as it is folded though the horizon lies before it") {
    const auto [now, known] = builders::moment_of("d30 02:00", builders::life(failing_renewal));
    const auto all =
        explain(builders::past_of(known), builders::example_policy(), {day("d30 00:30"), now});
    CHECK(all.now.why == reason::grace);
    CHECK(all.now.as_of == day("d30 00:30"));
    REQUIRE(all.timeline.back().event);
    CHECK(all.timeline.back().object == "sub_1");
}

TEST_CASE("explain: an organization of which nothing is known") {
    const auto all = explained(failing_renewal, "d0 00:00 only f1");
    CHECK(all.now.why == reason::unknown);
    CHECK(all.timeline.empty());
    CHECK(all.next == "Nothing changes by itself.");
}

TEST_CASE("why: each reason in words") {
    struct row {
        const char* name;
        const char* life;
        const char* at;
        const char* words;
    };
    // clang-format off
    const row rows[] = {
        {"trial",          "e1 d0 00:00 cus_1 created org=org_1", "d1 00:00",
         "No subscription counts, and the organization's own trial of 14d on plan Basic is running."},
        {"trial_over",     "e1 d0 00:00 cus_1 created org=org_1", "d15 00:00",
         "There is no subscription, and the organization's own trial of 14d is over. Without access every feature is off and every limit 0."},
        {"incomplete",     "e1 d0 00:00 sub_1 created incomplete plan=basic period=0-30 latest=in_1 org=org_1", "d15 00:00",
         "The first payment of sub_1 was never made (Stripe: incomplete), and the organization's own trial is over. Without access every feature is off and every limit 0."},
        {"trialing",       "e1 d0 00:00 sub_1 created trialing plan=basic period=0-30 latest=in_1 trial_end=d30 org=org_1", "d1 00:00",
         "sub_1 is in Stripe's trial on plan Basic."},
        {"settled",        "e1 d0 00:00 sub_1 created past_due plan=basic period=0-30 latest=in_1 org=org_1\ne2 d1 00:00 in_1 paid paid", "d1 00:00",
         "What was owed for sub_1 is settled; Stripe's word for it (past_due) has not changed yet."},
        {"paused",         "e1 d0 00:00 sub_1 created paused plan=basic period=0-30 latest=in_1 org=org_1", "d1 00:00",
         "sub_1 is paused at Stripe; why, no event has told. Restricted access keeps the plan's features but for: prioritized_max = 0."},
        {"paused",         "e1 d0 00:00 sub_1 created trialing plan=basic period=0-14 trial_end=d14 org=org_1\ne2 d14 00:00 sub_1 paused status:trialing->paused", "d15 00:00",
         "sub_1 is paused since its trial ended without a card. Without access every feature is off and every limit 0."},
        {"paused",         "e1 d0 00:00 sub_1 created past_due plan=basic period=0-30 latest=in_1 org=org_1\ne2 d1 00:00 sub_1 paused status:past_due->paused paused_for=pause_requested", "d2 00:00",
         "sub_1 is paused on request. Money for sub_1 has been owed since 2026-01-01 00:00 UTC, and nothing has settled it. The pause gives less access than that. Restricted access keeps the plan's features but for: prioritized_max = 0."},
        {"paused",         "e1 d0 00:00 sub_1 created paused plan=basic period=0-30 latest=in_1 org=org_1 paused_for=final_payment_failure\ne2 d1 00:00 in_1 paid paid", "d4 00:00",
         "Stripe paused sub_1 because a payment failed; it was paid at 2026-01-02 00:00 UTC, but nobody has resumed the subscription. Restricted access keeps the plan's features but for: prioritized_max = 0. An event that must have come is missing, or Stripe said something unheard of: the answer is marked stale until billhook reconcile has looked."},
        {"canceled",       "e1 d0 00:00 sub_1 deleted canceled plan=basic period=0-30 latest=in_1 org=org_1", "d1 00:00",
         "sub_1 is canceled. Without access every feature is off and every limit 0."},
        {"ended",          "e1 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 cancel_at=d5 org=org_1", "d8 00:00",
         "sub_1 was to be canceled at 2026-01-06 00:00 UTC; 72 hours later no event had said so, and it counts as ended. Without access every feature is off and every limit 0. An event that must have come is missing, or Stripe said something unheard of: the answer is marked stale until billhook reconcile has looked."},
        {"unknown_status", "e1 d0 00:00 sub_1 created dozing plan=basic period=0-30 latest=in_1 org=org_1", "d1 00:00",
         "Stripe's word for sub_1 is \"dozing\", which this program does not know. Restricted access keeps the plan's features but for: prioritized_max = 0. An event that must have come is missing, or Stripe said something unheard of: the answer is marked stale until billhook reconcile has looked."},
        {"unknown",        "e1 d0 00:00 map x org=org_1 customer=cus_1", "d1 00:00",
         "Nothing is known of this organization's Stripe customer yet: whoever paid before Billhook is not locked out. An event that must have come is missing, or Stripe said something unheard of: the answer is marked stale until billhook reconcile has looked."},
        {"granted",        "e1 d0 00:00 cus_1 created org=org_1\ng d20 00:00 grant - org=org_1 plan=enterprise patients_max=70 until=d60", "d21 00:00",
         "A grant decides: full access on plan Enterprise. ada gave it plan enterprise, patients_max 70 until 2026-03-02 00:00 UTC, because: a test (grant_g)."},
        {"grace",          "e1 d0 00:00 sub_1 created active plan=basic period=0-100 latest=in_1 org=org_1\ne2 d30 00:00 in_2 payment_failed open attempts=1\ng d31 00:00 grant - org=org_1 access=full until=d40", "d41 00:00",
         "Money for sub_1 has been owed since 2026-01-31 00:00 UTC, and nothing has settled it. From 2026-02-10 00:00 UTC on, where a grant ends, plan Basic keeps full access for 7d (until 2026-02-17 00:00 UTC), then restricted access for 14d (until 2026-03-03 00:00 UTC), then none. Grace is running."},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        const auto all = explained(each.life, each.at);
        CHECK(to_word(all.now.why) == std::string_view{each.name});
        CHECK(all.why == each.words);
    }
}

TEST_CASE("why: a plan to fall back to is told with what it replaces") {
    auto policies = builders::example_policy();
    policies[0].plans.fallback_plan = "basic";
    const auto [now, known] =
        builders::moment_of("d15 00:00", builders::life("e1 d0 00:00 cus_1 created org=org_1"));
    const auto all = explain(builders::past_of(known), policies, {now, now});
    CHECK(
        all.why ==
        "There is no subscription, and the organization's own trial of 14d is over. That gives no "
        "access, so it has plan Basic, the plan to fall back to."
    );
}

TEST_CASE("why: an exempt organization and which of two subscriptions counts") {
    auto policies = builders::example_policy();
    policies[0].plans.organizations[organization_id{"org_1"}].exempt = true;
    const auto [now, known] = builders::moment_of("d60 00:00", builders::life(failing_renewal + R"(
            s2 d1 00:00 sub_2 created canceled plan=enterprise period=0-30 latest=in_9 org=org_1
        )"));
    const auto all = explain(builders::past_of(known), policies, {now, now});
    CHECK(
        all.why ==
        "Money for sub_1 has been owed since 2026-01-31 01:00 UTC, and nothing has settled it. "
        "This "
        "organization or its plan is exempt: access is never reduced and no notice is sent. Of its "
        "2 "
        "subscriptions sub_1 counts: one with a plan before one without, then the better access, "
        "then the higher plan."
    );
}

TEST_CASE("explain: the timeline names who gave and took back and who said whose it is") {
    const auto [now, known] = builders::moment_of("d10 00:00", builders::life(R"(
        a d0 00:00 cus_1 created org=org_1
        g d1 00:00 grant - org=org_1 exempt=true until=d60
        r d2 00:00 revoke - org=org_1 of=g
        m d3 00:00 map - org=org_1 customer=cus_1 sub=sub_1
        n d4 00:00 map - org=null customer=cus_1 sub=sub_1
    )"));
    std::string words;
    for (const auto& row :
         explain(builders::past_of(known), builders::example_policy(), {now, now}).timeline) {
        words += row.event && row.type.starts_with("billhook.") ? row.words + "\n" : "";
    }
    CHECK(
        words ==
        "ada gives it exemption from dunning, until 2026-03-02 00:00 UTC, because: a test\n"
        "ada takes back grant_g, because: a test\n"
        "override of subscription sub_1, organization org_1\n"
        "override of subscription sub_1, is taken back\n"
    );
}

TEST_CASE("explain: in each worked life it says what the tables say") {
    const auto plans = builders::example_plans();
    for (const auto& [name, lines, answers] : worked_lives()) {
        CAPTURE(name);
        for (const auto& line : answers) {
            CAPTURE(line);
            const auto [now, known] = builders::moment_of(line, builders::life(lines));
            builders::memory_projection tables;
            static_cast<void>(builders::fold_in(tables, known, plans, now));
            const auto found = tables.standings().find(organization_id{"org_1"});
            const auto all =
                explain(builders::past_of(known), builders::example_policy(), {now, now});
            CHECK(!all.why.empty());
            if (found == tables.standings().end()) {
                CHECK(all.now.why == reason::unknown);
                continue;
            }
            CHECK((all.now == found->second));
            REQUIRE(!all.timeline.empty());
            const auto last = std::find_if(
                all.timeline.rbegin(),
                all.timeline.rend(),
                [](const timeline_row& row) { return row.became.has_value(); }
            );
            REQUIRE(last != all.timeline.rend());
            CHECK(same_answer(*last->became, all.now));
        }
    }
}

}  // namespace billhook
