#include "tests/builders/life.hpp"
#include "tests/worker/domain/policy_rows.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <sstream>
#include <string>
#include <string_view>

// The policy of organizations with several subscriptions, and of what a subscription is for.
namespace billhook {

namespace {

// One subscription: "past_due:enterprise*2+sms@8d" is Stripe's status, its items (plan and
// quantity) and the age of its open case.
void add_subscription(organization_facts& facts, const std::string& word) {
    const auto colon = word.find(':');
    const auto at = word.find('@');
    const std::string id = "sub_" + std::to_string(facts.subscriptions.size() + 1);
    auto row = subscription(id, word.substr(0, colon));
    row.state.items.clear();
    std::istringstream in{word.substr(colon + 1, at - colon - 1)};
    for (std::string each; std::getline(in, each, '+');) {
        const auto times = each.find('*');
        auto& item = row.state.items.emplace_back();
        item.price = "price_" + each.substr(0, times);
        item.lookup_key = each.substr(0, times) + "_monthly";
        item.quantity = times == std::string::npos ? 1 : std::stoi(each.substr(times + 1));
        item.period_end = now + std::chrono::days{20};
    }
    facts.subscriptions.push_back(row);
    if (at != std::string::npos) {
        open_case(facts, id, word.substr(at + 1));
    }
}

standing judged(const std::string& subscriptions, const std::string& age, const catalogue& plans) {
    organization_facts facts;
    facts.organization = organization_id{"org_1"};
    facts.customers = {
        {customer_id{"cus_1"}, true, true, now - span_from(age)}
    };
    std::istringstream in{subscriptions};
    for (std::string word; in >> word;) {
        add_subscription(facts, word);
    }
    return assess(facts, plans, now);
}

}  // namespace

// "other" is a price that plans.toml does not list, "sms" an add-on.
TEST_CASE("policy: which of several subscriptions counts and what plan it gives") {
    struct row {
        const char* name;
        const char* subscriptions;
        const char* age;            // of the organization: the local trial has 14 days
        const char* unlisted_plan;  // as plans.toml may set it
        const char* expected;
    };
    // clang-format off
    const row rows[] = {
        {"full access before restricted",                   "past_due:enterprise@31d active:basic", "100d", "",           "basic, active, full, paid"},
        {"grace ties with paid: the higher plan",           "past_due:enterprise@1d active:basic",  "100d", "",           "enterprise, past_due, full, grace"},
        {"any access before none",                          "canceled:enterprise active:basic",     "100d", "",           "basic, active, full, paid"},
        {"a living contract before a canceled plan",        "canceled:enterprise active:other",     "100d", "",           "-, active, full, paid; unlisted price_other"},
        {"of two with access the one that is listed",       "past_due:basic@8d active:other",       "100d", "",           "basic, past_due, restricted, restricted; unlisted price_other"},
        {"nobody has access: the listed one",               "canceled:enterprise unpaid:other@30d", "100d", "",           "enterprise, canceled, none, canceled; unlisted price_other"},
        {"an item at quantity 0 grants nothing",            "active:basic*3+enterprise*0",          "100d", "",           "basic, active, full, paid"},
        {"unless all are at 0",                             "active:enterprise*0",                  "100d", "",           "enterprise, active, full, paid"},
        {"a price of no list, within the trial",            "active:other",                         "3d",   "",           "basic, trial, full, trial; unlisted price_other"},
        {"so, beside what has ended",                       "canceled:basic active:other",          "3d",   "",           "basic, trial, full, trial; unlisted price_other"},
        {"but not beside a listed one that owes",           "past_due:basic@8d active:other",       "3d",   "",           "basic, past_due, restricted, restricted; unlisted price_other"},
        {"a price of no list, after the trial",             "active:other",                         "100d", "",           "-, active, full, paid; unlisted price_other"},
        {"a price of no list has a plan, within the trial", "active:other",                         "3d",   "enterprise", "enterprise, active, full, paid; unlisted price_other"},
        {"a price of no list has a plan, whatever is owed", "past_due:other@8d",                    "100d", "basic",      "basic, past_due, restricted, restricted; unlisted price_other"},
        {"that plan is as good as a listed one",            "active:basic active:other",            "100d", "enterprise", "enterprise, active, full, paid; unlisted price_other"},
        {"and has full access before restricted",           "past_due:enterprise@31d active:other", "100d", "basic",      "basic, active, full, paid; unlisted price_other"},
        {"a price of no list beside a plan's is no matter", "active:basic+other",                   "100d", "",           "basic, active, full, paid"},
        {"a price of no list beside an add-on's",           "active:sms+other",                     "100d", "basic",      "basic, active, full, paid; unlisted price_other"},
        {"nothing is said of what has ended",               "canceled:other",                       "100d", "enterprise", "-, canceled, none, canceled"},
        {"nor of what has not begun",                       "incomplete:other",                     "3d",   "enterprise", "basic, trial, full, trial"},
        {"add-ons alone, within the trial",                 "active:sms",                           "3d",   "",           "basic, trial, full, trial"},
        {"add-ons alone, after the trial",                  "active:sms",                           "100d", "enterprise", "basic, none, none, trial_over"},
        {"add-ons alone beside a canceled plan",            "canceled:basic active:sms",            "100d", "",           "basic, canceled, none, canceled"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        catalogue plans = builders::example_plans();
        if (*each.unlisted_plan != '\0') {
            plans.unlisted_plan = each.unlisted_plan;
        }
        const standing one = judged(each.subscriptions, each.age, plans);
        std::string shown = fmt::format(
            "{}, {}, {}, {}",
            one.plan.value_or("-"),
            one.subscription_status,
            to_word(one.access),
            to_word(one.why)
        );
        for (const auto& price : one.unlisted_prices) {
            shown += "; unlisted " + price;
        }
        CHECK(shown == each.expected);
    }
}

TEST_CASE("policy: without a subscription the newest customer that is not deleted is shown") {
    const auto customer = [](const char* id, std::optional<instant> created, bool deleted) {
        return customer_facts_of{customer_id{id}, true, true, created, deleted};
    };
    struct row {
        const char* name;
        std::vector<customer_facts_of> customers;  // by id
        const char* expected;
    };
    const row rows[] = {
        {"the newer",
         {customer("cus_1", now - std::chrono::days{1}, false),
          customer("cus_2", now - std::chrono::days{2}, false)},
         "cus_1"},
        {"not one that is deleted",
         {customer("cus_1", now - std::chrono::days{1}, true),
          customer("cus_2", now - std::chrono::days{2}, false)},
         "cus_2"},
        {"unless all are",
         {customer("cus_1", now - std::chrono::days{1}, true),
          customer("cus_2", now - std::chrono::days{2}, true)},
         "cus_1"},
        {"without a date of its own it is the oldest",
         {customer("cus_1", now - std::chrono::days{1}, true),
          customer("cus_2", std::nullopt, false)},
         "cus_2"},
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        organization_facts facts;
        facts.organization = organization_id{"org_1"};
        facts.customers = each.customers;
        CHECK(assess(facts, builders::example_plans(), now).customer == customer_id{each.expected});
    }
}

// The example's add-on: 500 sms_credits each, and treatment_notes, which basic has not.
TEST_CASE("policy: what add-ons add to the features") {
    struct row {
        const char* name;
        const char* subscriptions;
        std::int64_t sms_credits;  // 0: none, as for who has not heard of them
        bool treatment_notes;
    };
    const row rows[] = {
        {"without",                         "active:basic",                 0,    false},
        {"one of the subscription's items", "active:basic+sms",             500,  true },
        {"numbers times the quantity",      "active:basic+sms*3",           1500, true },
        {"of quantity 0",                   "active:basic+sms*0",           0,    false},
        {"another subscription's",          "active:basic active:sms*2",    1000, true },
        {"of all of them",                  "active:basic+sms active:sms",  1000, true },
        {"of one in grace",                 "active:basic past_due:sms@1d", 500,  true },
        {"of one that gives no access",     "active:basic canceled:sms",    0,    false},
        {"the more of two switches",        "active:enterprise+sms",        500,  true },
        {"restricted_features caps",        "past_due:basic+sms@8d",        100,  true },
        {"none stays none",                 "canceled:basic active:sms",    0,    false},
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        catalogue plans = builders::example_plans();
        for (auto& one : plans.plans) {
            one.dunning.restricted_features["sms_credits"] = 100;
        }
        const auto features = judged(each.subscriptions, "100d", plans).features;
        const auto credits = features.find("sms_credits");
        CHECK(
            (credits == features.end() ? feature_value{std::int64_t{0}} : credits->second) ==
            feature_value{each.sms_credits}
        );
        CHECK(std::get<bool>(features.at("treatment_notes")) == each.treatment_notes);
    }
}

// Basic has 50 patients and 20 more for each seat.
TEST_CASE("policy: a limit by quantity counts the seats of what counts") {
    struct row {
        const char* name;
        const char* subscriptions;
        const char* age;
        std::int64_t patients_max;
    };
    const row rows[] = {
        {"one seat",                         "active:basic",                    "100d", 70 },
        {"three",                            "active:basic*3",                  "100d", 110},
        {"none",                             "active:basic*0",                  "100d", 50 },
        {"in the trial it is as for one",    "",                                "3d",   70 },
        {"an unlisted price has no seats",   "active:other*9",                  "100d", 70 },
        {"another's seats are no matter",    "active:basic*3 canceled:basic*9", "100d", 110},
        {"nor are those of add-ons",         "active:basic*3+sms*7",            "100d", 110},
        {"restricted_features caps the sum", "past_due:basic*3@8d",             "100d", 100},
        {"but raises nothing",               "past_due:basic*1@8d",             "100d", 70 },
        {"none stays none",                  "canceled:basic*3",                "100d", 0  },
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        catalogue plans = builders::example_plans();
        plans.unlisted_plan = "basic";
        plans.plans[0].per_quantity["patients_max"] = 20;
        for (auto& one : plans.plans) {
            one.dunning.restricted_features["patients_max"] = 100;
        }
        CHECK(
            judged(each.subscriptions, each.age, plans).features.at("patients_max") ==
            feature_value{each.patients_max}
        );
    }
}

TEST_CASE("policy: who would have no access has the plan to fall back to if there is one") {
    struct row {
        const char* name;
        const char* subscriptions;
        const char* age;
        const char* expected;
    };
    // clang-format off
    const row rows[] = {
        {"after the trial",                    "",                                   "100d", "basic, none, full, fallback; 50 patients"},
        {"within it nobody falls",             "",                                   "3d",   "enterprise, trial, full, trial; - patients"},
        {"canceled",                           "canceled:enterprise",                "100d", "basic, canceled, full, fallback; 50 patients"},
        {"never paid for",                     "incomplete:enterprise",              "100d", "basic, incomplete, full, fallback; 50 patients"},
        {"dunning has run out",                "unpaid:enterprise*4@60d",            "100d", "basic, unpaid, full, fallback; 50 patients"},
        {"but not before",                     "past_due:enterprise@31d",            "100d", "enterprise, past_due, restricted, restricted; - patients"},
        {"another subscription gives access",  "unpaid:enterprise@60d active:basic", "100d", "basic, active, full, paid; 50 patients"},
        {"add-ons alone",                      "active:sms",                         "100d", "basic, none, full, fallback; 50 patients"},
        {"a price of no list gives access",    "active:other",                       "100d", "-, active, full, paid; 0 patients"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        catalogue plans = builders::example_plans();
        plans.trial_plan = "enterprise";
        plans.fallback_plan = "basic";
        const standing one = judged(each.subscriptions, each.age, plans);
        const auto patients = one.features.find("patients_max");
        const auto limit =
            patients == one.features.end() ? 0 : std::get<std::int64_t>(patients->second);
        CHECK(
            fmt::format(
                "{}, {}, {}, {}; {} patients",
                one.plan.value_or("-"),
                one.subscription_status,
                to_word(one.access),
                to_word(one.why),
                limit < 0 ? "-" : std::to_string(limit)
            ) == each.expected
        );
        CHECK((one.why != reason::fallback || !one.quantity));
    }
}

// The counting subscription's dates are shown, but every subscription's instants are waited for.
TEST_CASE("policy: two subscriptions and whose dates count") {
    organization_facts facts;
    facts.organization = organization_id{"org_1"};
    facts.customers = {
        {customer_id{"cus_1"}, true, true, now - std::chrono::days{100}}
    };
    facts.subscriptions = {subscription("sub_1", "past_due"), subscription("sub_2", "active")};
    open_case(facts, "sub_1", "8d");
    const auto shown = [&] {
        const standing one = assess(facts, builders::example_plans(), now);
        return fmt::format(
            "{} {} {} {} {}",
            one.subscription->text(),
            to_word(one.access),
            one.in_dunning,
            relative(one.grace_until),
            relative(one.next_change_at)
        );
    };
    // The paid one counts, nothing of it is in dunning; the other's next step is still to come.
    CHECK(shown() == "sub_2 full false - +6d00:15");
    // No plan matches it: then the restricted one counts, and its dates are shown.
    facts.subscriptions[1].state.items[0].lookup_key = "other_monthly";
    CHECK(shown() == "sub_1 restricted true -1d +6d00:15");
}

}  // namespace billhook
