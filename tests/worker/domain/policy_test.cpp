#include "schemas/types/words.hpp"
#include "tests/builders/life.hpp"
#include "tests/worker/domain/policy_rows.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/grants.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fmt/format.h>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// The whole dunning policy, a row a rule, for those who decide it. Each organization has one
// customer, 100 days old, and a subscription whose paid period ends in 20 days, unless a row says
// otherwise. Plan basic: 7 days of grace, then 14 days restricted; notices on day 0, 3, 5 and 14,
// each 15 minutes late; a local trial of 14 days. Enterprise has 30 days of grace.
namespace billhook {

namespace {

// What an operator gave long ago, until in five days, unless a word says otherwise.
grant& gift_in(organization_facts& facts) {
    if (facts.grants.empty()) {
        grant& made = facts.grants.emplace_back();
        made.id = event_id{"grant_1"};
        made.organization = facts.organization;
        made.created = now - std::chrono::days{50};
        made.until = now + std::chrono::days{5};
    }
    return facts.grants.front();
}

// Sets what the words say of a grant; false: none of its words.
bool set_gift(organization_facts& facts, const std::string& name, const std::string& value) {
    if (name == "given_plan") {
        gift_in(facts).plan = value;
    } else if (name == "given_access") {
        gift_in(facts).full_access = true;
    } else if (name == "given_exempt") {
        gift_in(facts).exempt = true;
    } else if (name == "given_patients") {
        gift_in(facts).features["patients_max"] = std::int64_t{std::stoll(value)};
    } else if (name == "given_until") {
        gift_in(facts).until = now + span_from(value);
    } else if (name == "given_trial") {
        gift_in(facts).trial_extension = std::chrono::seconds{span_from(value)}.count();
        facts.grants.front().until.reset();
    } else if (name == "taken_back") {
        grant revoke = gift_in(facts);
        revoke.id = event_id{"revoke_1"};
        revoke.revokes = facts.grants.front().id;
        revoke.created = now + span_from(value);
        facts.grants.push_back(revoke);
    } else {
        return false;
    }
    return true;
}

// Sets what the words say: "period_end=-3d plan=enterprise".
void set(organization_facts& facts, catalogue& plans, const std::string& words) {
    std::istringstream in{words};
    for (std::string word; in >> word;) {
        const std::string name = word.substr(0, word.find('='));
        const std::string value = name == word ? "" : word.substr(name.size() + 1);
        auto* const state = facts.subscriptions.empty() ? nullptr : &facts.subscriptions[0].state;
        if (set_gift(facts, name, value)) {
            continue;
        }
        if (name == "age") {
            facts.customers[0].created = now - span_from(value);
        } else if (name == "unheard") {
            facts.customers[0] = {customer_id{"cus_1"}, false, true, std::nullopt};
        } else if (name == "customer_deleted") {
            facts.subscriptions[0].ended_at = now - std::chrono::days{1};
        } else if (name == "for") {
            facts.subscriptions[0].pause = from_word<pause_reason>(value).value();
        } else if (name == "settled") {
            facts.subscriptions[0].pause_settled_at = now + span_from(value);
        } else if (name == "requested" || name == "trial_over") {
            auto& policy = plans.plans[0].paused;  // basic
            (name == "requested" ? policy.requested : policy.trial_over) =
                from_word<access_level>(value).value();
        } else if (name == "unseen") {
            facts.customers[0].seen = false;
        } else if (name == "another_unseen") {
            facts.customers.push_back(
                {customer_id{"cus_2"}, false, true, facts.customers[0].created}
            );
        } else if (name == "begun") {
            facts.subscriptions[0].begun = true;
            facts.subscriptions[0].ended_at = now - span_from(value);
        } else if (name == "exempt") {
            plans.organizations[facts.organization].exempt = true;
        } else if (name == "grace") {
            plans.organizations[facts.organization].grace = span_from(value);
        } else if (name == "deleted") {
            facts.subscriptions[0].deleted = true;
        } else if (name == "plan") {
            state->items[0].lookup_key = value + "_monthly";
        } else if (name == "period_end") {
            state->items[0].period_end = now + span_from(value);
        } else if (name == "other_item_ends") {
            state->items.push_back(state->items[0]);
            state->items[1].period_end = now + span_from(value);
        } else if (name == "trial_end") {
            state->trial_end = now + span_from(value);
        } else if (name == "cancel_at") {
            state->cancel_at = now + span_from(value);
        } else if (name == "at_period_end") {
            state->cancel_at_period_end = true;
        } else {
            FAIL("no such word: ", word);
        }
    }
}

struct rule {
    const char* name;
    const char* status;    // Stripe's; "" is no subscription
    const char* case_age;  // since the first failed payment; "" is no open case
    const char* flags;
    const char* access;
    const char* why;
    bool in_dunning;
    bool stale;
    const char* next;  // when something changes or a notice falls due by itself
};

standing judged(const rule& row) {
    catalogue plans = builders::example_plans();
    organization_facts facts;
    facts.organization = organization_id{"org_1"};
    facts.customers = {
        {customer_id{"cus_1"}, true, true, now - std::chrono::days{100}}
    };
    if (*row.status != '\0') {
        facts.subscriptions = {subscription("sub_1", row.status)};
    }
    if (*row.case_age != '\0') {
        open_case(facts, "sub_1", row.case_age);
    }
    set(facts, plans, row.flags);
    return assess(facts, plans, now);
}

}  // namespace

// clang-format off
constexpr bool yes = true;
constexpr bool no = false;

const rule rules[] = {
    // name                                        status                case       flags                                 access        reason            dunning stale next
    // No subscription: the organization's own trial.
    {"the local trial runs",                       "",                   "",         "age=13d23:59",                       "full",       "trial",          no,  no,  "+1m"},
    {"the local trial is over",                    "",                   "",         "age=14d",                            "none",       "trial_over",     no,  no,  "-"},
    {"incomplete counts as none in the trial",     "incomplete",         "",         "age=13d",                            "full",       "trial",          no,  no,  "+1d"},
    {"incomplete_expired does so, too",            "incomplete_expired", "",         "age=13d",                            "full",       "trial",          no,  no,  "+1d"},
    {"incomplete after the trial",                 "incomplete",         "",         "age=14d",                            "none",       "incomplete",     no,  no,  "-"},
    {"incomplete_expired after the trial",         "incomplete_expired", "",         "age=14d",                            "none",       "incomplete",     no,  no,  "-"},
    // Nothing is owed.
    {"trialing",                                   "trialing",           "",         "trial_end=+5d",                      "full",       "trialing",       no,  no,  "+2d"},
    {"trialing, the last three days",              "trialing",           "",         "trial_end=+3d",                      "full",       "trialing",       no,  no,  "+3d"},
    {"active",                                     "active",             "",         "",                                   "full",       "paid",           no,  no,  "+23d"},
    {"past_due that has just settled",             "past_due",           "",         "",                                   "full",       "settled",        no,  no,  "+23d"},
    {"unpaid that has just settled",               "unpaid",             "",         "",                                   "full",       "settled",        no,  no,  "+23d"},
    // Something is owed: the age of the case decides, whatever Stripe calls it.
    {"the payment has just failed",                "past_due",           "0d",       "",                                   "full",       "grace",          yes, no,  "+15m"},
    {"after the first notice",                     "past_due",           "0d00:15",  "",                                   "full",       "grace",          yes, no,  "+3d"},
    {"the last minute of grace",                   "past_due",           "6d23:59",  "",                                   "full",       "grace",          yes, no,  "+1m"},
    {"grace is over",                              "past_due",           "7d",       "",                                   "restricted", "restricted",     yes, no,  "+15m"},
    {"the last minute of restricted",              "past_due",           "20d23:59", "",                                   "restricted", "restricted",     yes, no,  "+1m"},
    {"restricted is over",                         "past_due",           "21d",      "",                                   "none",       "unpaid",         yes, no,  "+15m"},
    {"and nothing more is to come",                "past_due",           "21d00:15", "",                                   "none",       "unpaid",         yes, no,  "+23d"},
    {"unpaid is judged by age: grace",             "unpaid",             "6d23:59",  "",                                   "full",       "grace",          yes, no,  "+1m"},
    {"unpaid is judged by age: restricted",        "unpaid",             "7d",       "",                                   "restricted", "restricted",     yes, no,  "+15m"},
    {"unpaid is judged by age: none",              "unpaid",             "21d",      "",                                   "none",       "unpaid",         yes, no,  "+15m"},
    {"active is judged by age: grace",             "active",             "6d23:59",  "",                                   "full",       "grace",          yes, no,  "+1m"},
    {"active is judged by age: restricted",        "active",             "7d",       "",                                   "restricted", "restricted",     yes, no,  "+15m"},
    {"active is judged by age: none",              "active",             "21d",      "",                                   "none",       "unpaid",         yes, no,  "+15m"},
    {"trialing is judged by age: grace",           "trialing",           "6d23:59",  "",                                   "full",       "grace",          yes, no,  "+1m"},
    {"trialing is judged by age: restricted",      "trialing",           "7d",       "",                                   "restricted", "restricted",     yes, no,  "+15m"},
    {"trialing is judged by age: none",            "trialing",           "21d",      "",                                   "none",       "unpaid",         yes, no,  "+15m"},
    // Paused, and nothing is owed: [paused] decides by the reason.
    {"paused on request",                          "paused",             "",         "for=requested",                      "restricted", "paused",         no,  no,  "-"},
    {"paused, nobody told why",                    "paused",             "",         "for=not_told",                       "restricted", "paused",         no,  no,  "-"},
    {"paused by Stripe's system",                  "paused",             "",         "for=other",                          "restricted", "paused",         no,  no,  "-"},
    {"paused, its trial ended without a card",     "paused",             "",         "for=trial_over",                     "none",       "paused",         no,  no,  "-"},
    {"this plan gives all while paused",           "paused",             "",         "for=requested requested=full",       "full",       "paused",         no,  no,  "-"},
    {"this plan gives some after the trial",       "paused",             "",         "for=trial_over trial_over=restricted", "restricted", "paused",       no,  no,  "-"},
    // Paused, and something is owed: the lesser of the age's access and the pause's. Steps fall due as ever.
    {"paused on request, in grace",                "paused",             "1d",       "for=requested",                      "restricted", "paused",         yes, no,  "+2d00:15"},
    {"paused on request, grace is over",           "paused",             "7d",       "for=requested",                      "restricted", "restricted",     yes, no,  "+15m"},
    {"paused on request, restricted is over",      "paused",             "21d",      "for=requested",                      "none",       "unpaid",         yes, no,  "+15m"},
    {"paused after a trial, in grace",             "paused",             "1d",       "for=trial_over",                     "none",       "paused",         yes, no,  "+2d00:15"},
    {"all while paused, in grace",                 "paused",             "1d",       "for=requested requested=full",       "full",       "grace",          yes, no,  "+2d00:15"},
    {"all while paused, grace is over",            "paused",             "7d",       "for=requested requested=full",       "restricted", "restricted",     yes, no,  "+15m"},
    {"exempt, paused on request",                  "paused",             "30d",      "for=requested exempt",               "restricted", "paused",         yes, no,  "-"},
    // Paused because a payment failed: the age alone decides, until it is paid; then somebody has to resume it.
    {"paused for a payment: grace",                "paused",             "6d23:59",  "for=failed_payment requested=none",  "full",       "grace",          yes, no,  "+1m"},
    {"paused for a payment: restricted",           "paused",             "7d",       "for=failed_payment",                 "restricted", "restricted",     yes, no,  "+15m"},
    {"paused for a payment: none",                 "paused",             "21d",      "for=failed_payment requested=full",  "none",       "unpaid",         yes, no,  "+15m"},
    {"exempt, paused for a payment",               "paused",             "30d",      "for=failed_payment exempt",          "full",       "exempt",         yes, no,  "-"},
    {"it was paid, may be resumed",                "paused",             "",         "for=failed_payment settled=-2d23:59", "full",      "settled",        no,  no,  "+1m"},
    {"it was paid 72 hours ago",                   "paused",             "",         "for=failed_payment settled=-3d",     "restricted", "paused",         no,  yes, "-"},
    {"it was paid long ago, pauses give all",      "paused",             "",         "for=failed_payment settled=-9d requested=full", "full", "paused",    no,  yes, "-"},
    // Canceled, unheard of.
    {"canceled",                                   "canceled",           "",         "",                                   "none",       "canceled",       no,  no,  "-"},
    {"canceled, and nobody is told of it yet",     "canceled",           "",         "begun=0d00:14",                      "none",       "canceled",       no,  no,  "+1m"},
    {"canceled, and it was told",                  "canceled",           "",         "begun=0d00:15",                      "none",       "canceled",       no,  no,  "-"},
    {"deleted, whatever status the event carries", "active",             "",         "deleted",                            "none",       "canceled",       no,  no,  "-"},
    {"its customer is deleted",                    "active",             "",         "customer_deleted",                   "none",       "canceled",       no,  no,  "-"},
    {"canceled while something is owed",           "canceled",           "1d",       "",                                   "none",       "canceled",       no,  no,  "-"},
    {"a status that we do not know",               "hibernating",        "",         "",                                   "restricted", "unknown_status", no,  yes, "-"},
    {"it, while something is owed",                "hibernating",        "30d",      "",                                   "restricted", "unknown_status", yes, yes, "-"},
    {"a customer whose beginning nobody saw",      "",                   "",         "unheard",                            "full",       "unknown",        no,  yes, "-"},
    {"so, also within the trial",                  "",                   "",         "age=3d unseen",                      "full",       "unknown",        no,  yes, "-"},
    {"one such customer suffices",                 "",                   "",         "another_unseen",                     "full",       "unknown",        no,  yes, "-"},
    {"but not where a subscription counts",        "canceled",           "",         "another_unseen",                     "none",       "canceled",       no,  no,  "-"},
    {"nor where a first payment failed",           "incomplete",         "",         "another_unseen",                     "none",       "incomplete",     no,  no,  "-"},
    // A cancellation whose event never came.
    {"cancel_at, the event may be under way",      "active",             "",         "cancel_at=-2d23:59",                 "full",       "paid",           no,  no,  "+1m"},
    {"cancel_at passed 72 hours ago",              "active",             "",         "cancel_at=-3d",                      "none",       "ended",          no,  yes, "-"},
    {"at_period_end, may be under way",            "active",             "",         "at_period_end period_end=-2d23:59",  "full",       "paid",           no,  no,  "+1m"},
    {"at_period_end passed 72 hours ago",          "active",             "",         "at_period_end period_end=-3d",       "none",       "ended",          no,  yes, "-"},
    {"ended while something is owed",              "past_due",           "1d",       "cancel_at=-3d",                      "none",       "ended",          yes, yes, "-"},
    {"paused, cancel_at passed 72 hours ago",      "paused",             "",         "cancel_at=-3d",                      "none",       "ended",          no,  yes, "-"},
    {"paused, cancel_at, may be under way",        "paused",             "",         "cancel_at=-2d23:59",                 "restricted", "paused",         no,  no,  "+1m"},
    {"paused asks no period end",                  "paused",             "",         "at_period_end period_end=-3d",       "restricted", "paused",         no,  no,  "-"},
    {"paused asks no trial_end",                   "paused",             "",         "for=trial_over trial_end=-3d",       "none",       "paused",         no,  no,  "-"},
    {"incomplete never ends so",                   "incomplete",         "",         "cancel_at=-3d",                      "none",       "incomplete",     no,  no,  "-"},
    // Exempt: neither restricted nor mailed.
    {"exempt, the payment has just failed",        "past_due",           "0d",       "exempt",                             "full",       "exempt",         yes, no,  "+23d"},
    {"exempt, however long",                       "past_due",           "90d",      "exempt",                             "full",       "exempt",         yes, no,  "+23d"},
    {"exempt pays like everybody",                 "active",             "",         "exempt",                             "full",       "paid",           no,  no,  "+23d"},
    {"exempt is canceled like everybody",          "canceled",           "",         "exempt",                             "none",       "canceled",       no,  no,  "-"},
    // The present plan's rules count from the old anchor; a tenant's own come before its plan's.
    {"enterprise has more grace",                  "past_due",           "8d",       "plan=enterprise",                    "full",       "grace",          yes, no,  "+6d00:15"},
    {"enterprise, grace is over",                  "past_due",           "30d",      "plan=enterprise",                    "restricted", "restricted",     yes, no,  "+15m"},
    {"this organization has less grace",           "past_due",           "2d",       "plan=enterprise grace=+2d",          "restricted", "restricted",     yes, no,  "+15m"},
    {"a plan that nobody sells",                   "past_due",           "8d",       "plan=other",                         "restricted", "restricted",     yes, no,  "+6d00:15"},
    // What must come and does not come makes the answer stale after 72 hours, and changes nothing else.
    {"the renewal may be under way",               "active",             "",         "period_end=-2d23:59",                "full",       "paid",           no,  no,  "+1m"},
    {"no renewal came",                            "active",             "",         "period_end=-3d",                     "full",       "paid",           no,  yes, "-"},
    {"no renewal came for one item",               "active",             "",         "other_item_ends=-3d",                "full",       "paid",           no,  yes, "-"},
    {"no renewal came while something is owed",    "past_due",           "7d",       "period_end=-3d",                     "restricted", "restricted",     yes, yes, "+15m"},
    {"the trial has ended, may be under way",      "trialing",           "",         "trial_end=-2d23:59",                 "full",       "trialing",       no,  no,  "+1m"},
    {"nothing came after the trial's end",         "trialing",           "",         "trial_end=-3d",                      "full",       "trialing",       no,  yes, "+23d"},
    // What an operator gave.
    {"a plan is given after a cancellation",       "canceled",           "",         "given_plan=enterprise",              "full",       "granted",        no,  no,  "+5d"},
    {"it is over",                                 "canceled",           "",         "given_plan=enterprise given_until=0d", "none",     "canceled",       no,  no,  "-"},
    {"a plan is given after the trial",            "",                   "",         "age=20d given_plan=enterprise",      "full",       "granted",        no,  no,  "+5d"},
    {"a plan that is not listed gives access",     "",                   "",         "age=20d given_plan=gold",            "full",       "granted",        no,  no,  "+5d"},
    {"access is given beside the unmade payment",  "incomplete",         "",         "age=14d given_access",               "full",       "granted",        no,  no,  "+5d"},
    {"access is given to a paused one",            "paused",             "",         "for=requested given_access",         "full",       "granted",        no,  no,  "+5d"},
    {"who pays needs no grant",                    "active",             "",         "given_access",                       "full",       "paid",           no,  no,  "+5d"},
    {"access is given to a debtor",                "past_due",           "10d",      "given_access",                       "full",       "granted",        yes, no,  "+4d00:15"},
    {"it is over: the clock counts from its end",  "past_due",           "40d",      "given_access given_until=-2d",       "full",       "grace",          yes, no,  "+1d00:15"},
    {"it ended longer ago than grace",             "past_due",           "40d",      "given_access given_until=-7d",       "restricted", "restricted",     yes, no,  "+15m"},
    {"it ended before anything was owed",          "past_due",           "8d",       "given_access given_until=-9d",       "restricted", "restricted",     yes, no,  "+6d00:15"},
    {"a limit alone holds nothing up",             "past_due",           "10d",      "given_patients=70",                  "restricted", "restricted",     yes, no,  "+4d00:15"},
    {"a debtor is exempt for a while",             "past_due",           "10d",      "given_exempt",                       "full",       "exempt",         yes, no,  "+5d"},
    {"exempt is no access",                        "canceled",           "",         "given_exempt",                       "none",       "canceled",       no,  no,  "+5d"},
    {"a grant is taken back",                      "past_due",           "40d",      "given_access taken_back=-8d",        "restricted", "restricted",     yes, no,  "+6d00:15"},
    {"the revoke is known before its time",        "canceled",           "",         "given_access taken_back=1d",         "none",       "canceled",       no,  no,  "-"},
    {"a longer trial",                             "",                   "",         "age=14d given_trial=7d",             "full",       "trial",          no,  no,  "+7d"},
    {"a longer trial is not Stripe's",             "trialing",           "",         "trial_end=-2d23:59 given_trial=7d",  "full",       "trialing",       no,  no,  "+1m"},
    {"a status unknown, and access is given",      "frozen",             "",         "given_access",                       "full",       "granted",        no,  yes, "+5d"},
    {"an old trial_end says nothing of an active", "active",             "",         "trial_end=-3d",                      "full",       "paid",           no,  no,  "+23d"},
};
// clang-format on

TEST_CASE("policy: every rule of the table") {
    for (const rule& row : rules) {
        CAPTURE(row.name);
        const standing one = judged(row);
        CHECK(to_word(one.access) == std::string_view{row.access});
        CHECK(to_word(one.why) == std::string_view{row.why});
        CHECK(one.in_dunning == row.in_dunning);
        CHECK(one.stale == row.stale);
        CHECK(relative(one.next_change_at) == row.next);
    }
}

TEST_CASE("policy: what is left of the features at each access") {
    struct row {
        const char* name;
        const char* case_age;
        const char* plan;
        feature_map features;
    };
    const auto limit = [](std::int64_t most) { return feature_value{most}; };
    // clang-format off
    const row rows[] = {
        {"basic, full",            "",    "basic",      {{"patients_max", limit(50)}, {"prioritized_max", limit(10)}, {"treatment_notes", false}, {"webhook_integrations", false}}},
        {"basic, grace",           "1d",  "basic",      {{"patients_max", limit(50)}, {"prioritized_max", limit(10)}, {"treatment_notes", false}, {"webhook_integrations", false}}},
        {"a limit is given",       "",    "basic given_patients=200", {{"patients_max", limit(200)}, {"prioritized_max", limit(10)}, {"treatment_notes", false}, {"webhook_integrations", false}}},
        {"a lower limit is given", "",    "basic given_patients=20",  {{"patients_max", limit(50)}, {"prioritized_max", limit(10)}, {"treatment_notes", false}, {"webhook_integrations", false}}},
        {"unlimited stays so",     "",    "enterprise given_patients=20", {{"patients_max", limit(-1)}, {"prioritized_max", limit(-1)}, {"treatment_notes", true},  {"webhook_integrations", true}}},
        {"a lower plan is given",  "",    "enterprise given_plan=basic",  {{"patients_max", limit(-1)}, {"prioritized_max", limit(-1)}, {"treatment_notes", true},  {"webhook_integrations", true}}},
        {"a higher plan is given", "10d", "basic given_plan=enterprise",  {{"patients_max", limit(-1)}, {"prioritized_max", limit(-1)}, {"treatment_notes", true},  {"webhook_integrations", true}}},
        {"none stays none",        "21d", "basic given_patients=200", {{"patients_max", limit(0)},  {"prioritized_max", limit(0)},  {"treatment_notes", false}, {"webhook_integrations", false}}},
        {"basic, restricted",      "7d",  "basic",      {{"patients_max", limit(50)}, {"prioritized_max", limit(0)},  {"treatment_notes", false}, {"webhook_integrations", false}}},
        {"basic, none",            "21d", "basic",      {{"patients_max", limit(0)},  {"prioritized_max", limit(0)},  {"treatment_notes", false}, {"webhook_integrations", false}}},
        {"enterprise, full",       "",    "enterprise", {{"patients_max", limit(-1)}, {"prioritized_max", limit(-1)}, {"treatment_notes", true},  {"webhook_integrations", true}}},
        {"enterprise, restricted", "30d", "enterprise", {{"patients_max", limit(-1)}, {"prioritized_max", limit(0)},  {"treatment_notes", true},  {"webhook_integrations", true}}},
        {"enterprise, none",       "44d", "enterprise", {{"patients_max", limit(0)},  {"prioritized_max", limit(0)},  {"treatment_notes", false}, {"webhook_integrations", false}}},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        const std::string plan = std::string("plan=") + each.plan;
        const rule asked{"", "past_due", each.case_age, plan.c_str(), "", "", no, no, ""};
        CHECK((judged(asked).features == each.features));
    }
}

TEST_CASE("grants: a revoke that names another organization takes nothing back") {
    organization_facts facts;
    facts.organization = organization_id{"org_1"};
    REQUIRE(set_gift(facts, "taken_back", "0d"));
    auto all = facts.grants;
    CHECK(courses_of(all, now).front().revoked_by == &all.back());
    all.back().organization = organization_id{"org_2"};
    CHECK(courses_of(all, now).front().revoked_by == nullptr);
    CHECK(courses_of(all, now).front().in_force);
}

}  // namespace billhook
