#include "schemas/plans/read_plans.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace billhook {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* least = "trial_plan = \"basic\"\n[plans.basic]\n";

std::string shown(const std::vector<plans_problem>& problems) {
    std::string text;
    for (const auto& each : problems) {
        text += std::to_string(each.line) + " " + each.key + ": " + each.text + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("plans: the example file is read and has the gates of the product") {
    std::ifstream file("deploy/plans.example.toml");
    REQUIRE(file.good());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto read = read_plans(text);
    REQUIRE_MESSAGE(read.has_value(), shown(read.error()));
    const catalogue& all = *read;

    REQUIRE(all.plans.size() == 3);
    CHECK(all.plans[0].key == "basic");
    CHECK(all.plans[1].key == "pro");
    CHECK(all.plans[2].key == "enterprise");
    CHECK(all.trial == days{14});
    CHECK(all.trial_plan == "basic");
    for (const plan& each : all.plans) {
        const std::set<std::string> keys = {each.key + "_monthly", each.key + "_yearly"};
        CHECK(each.lookup_keys == keys);
    }
    const feature_map basic = {
        {"patients_max",         50   },
        {"prioritized_max",      10   },
        {"treatment_notes",      false},
        {"webhook_integrations", false}
    };
    const feature_map pro = {
        {"patients_max",         -1  },
        {"prioritized_max",      -1  },
        {"treatment_notes",      true},
        {"webhook_integrations", true}
    };
    CHECK(all.plans[0].features == basic);
    CHECK(all.plans[1].features == pro);
    CHECK(all.plans[2].features == pro);

    const dunning_policy policy{
        .grace = days{7},
        .restricted = days{14},
        .notices = {days{0}, days{3}, days{5}, days{14}},
        .settle = minutes{15},
        .restricted_features = {{"prioritized_max", 0}},
        .exempt = false
    };
    CHECK(all.dunning == policy);
    CHECK(all.plans[0].dunning == policy);
    CHECK(all.plans[2].dunning.grace == days{30});
    CHECK(all.plans[2].dunning.restricted == days{14});
}

TEST_CASE("plans: they rise by their place in the file and not by name") {
    const auto read = read_plans(
        "trial_plan = \"zero\"\n[plans.zero]\n[plans.mid]\n[plans.alpha]\n[plans.mid.dunning]\n"
        "grace = \"1d\"\n"
    );
    REQUIRE_MESSAGE(read.has_value(), shown(read.error()));
    REQUIRE(read->plans.size() == 3);
    CHECK(read->plans[0].key == "zero");
    CHECK(read->plans[1].key == "mid");
    CHECK(read->plans[2].key == "alpha");
    CHECK(read->plans[0].name == "zero");
    CHECK(read->plans[1].dunning.grace == days{1});

    const auto inlined = read_plans("trial_plan = \"b\"\nplans = { b = {}, a = {} }\n");
    REQUIRE_MESSAGE(inlined.has_value(), shown(inlined.error()));
    CHECK(inlined->plans[0].key == "b");
}

TEST_CASE("plans: a plan and an organization override what they name") {
    const auto read = read_plans(R"(
trial_plan = "basic"
trial = "0d"
[dunning]
grace = "3d"
notices = ["0d", "1d"]
[plans.basic]
features = { seats = 5, export = true }
[plans.basic.dunning]
notices = []
restricted_features = { seats = 1, export = false }
[organizations."org.1 \u00e9".dunning]
exempt = true
settle = "90s"
)");
    REQUIRE_MESSAGE(read.has_value(), shown(read.error()));
    CHECK(read->trial == seconds{0});
    const plan& basic = read->plans.at(0);
    CHECK(basic.dunning.grace == days{3});
    CHECK(basic.dunning.notices.empty());
    CHECK(read->dunning.notices.size() == 2);
    const auto ours = read->policy_for(organization_id("org.1 \u00e9"), &basic);
    CHECK(ours.exempt);
    CHECK(ours.settle == seconds{90});
    CHECK(ours.restricted_features.at("seats") == feature_value{1});
    CHECK_FALSE(read->policy_for(organization_id("org_2"), &basic).exempt);
}

TEST_CASE("plans: every mistake is named with its line and key") {
    const struct {
        std::string name;
        std::string toml;
        int line;
        std::string key;
        std::string text;
    } rows[] = {
        {"no TOML",             "a = ",             1, "",       ""      },
        {"an unknown key",      "trails = 1\n",     1, "trails", "no key"},
        {"a trial that is bad", "trial = 14\n",     1, "trial",  "unit"  },
        {"a bad unit",          "trial = \"2w\"\n", 1, "trial",  "unit"  },
        {"plans of no table",   "plans = 1\n",      1, "plans",  "table" },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto read = read_plans(row.toml);
        REQUIRE(read.has_error());
        CAPTURE(shown(read.error()));
        const auto problems = read.error();
        CHECK(std::any_of(problems.begin(), problems.end(), [&](const auto& each) {
            return each.line == row.line && each.key == row.key &&
                   each.text.find(row.text) != std::string::npos;
        }));
    }
}

TEST_CASE("plans: a file with one mistake has one problem") {
    const struct {
        std::string name;
        std::string toml;  // after "trial_plan" (line 1) and "[plans.basic]" (line 2)
        int line;
        std::string key;
        std::string text;
    } rows[] = {
        {"an unknown key of a plan",
         "feature = {}\n",                                                                     3,
         "plans.basic.feature",                                                                                           "may have name, lookup_keys"                 },
        {"an empty name",                       "name = \"\"\n",                               3, "plans.basic.name",     "not empty"                                  },
        {"a name that is a number",             "name = 7\n",                                  3, "plans.basic.name",     "text"                                       },
        {"a price that is no list",             "prices = \"price_1\"\n",                      3, "plans.basic.prices",   "list"                                       },
        {"a price that is no text",             "prices = [1]\n",                              3, "plans.basic.prices",   "text"                                       },
        {"a price named twice",                 "prices = [\"p\",\n\"p\"]\n",                  4, "plans.basic.prices",   "line 3"                                     },
        {"a price in two plans",
         "prices = [\"p\"]\n[plans.pro]\nprices = [\"p\"]\n",                                  5,
         "plans.pro.prices",                                                                                              "\"p\" stands in plans.basic.prices (line 3)"},
        {"features of no table",                "features = 3\n",                              3, "plans.basic.features", "table"                                      },
        {"a feature below -1",
         "features = { a = -2 }\n",                                                            3,
         "plans.basic.features.a",                                                                                        "-1: unlimited"                              },
        {"a feature that is a text",
         "features = { a = \"yes\" }\n",                                                       3,
         "plans.basic.features.a",                                                                                        "true, false"                                },
        {"a feature that is a fraction",
         "features = { a = 1.5 }\n",                                                           3,
         "plans.basic.features.a",                                                                                        "whole"                                      },
        {"a feature's name",
         "features = { \"a b\" = 1 }\n",                                                       3,
         "plans.basic.features.a b",                                                                                      "letters"                                    },
        {"a switch that is a limit elsewhere",
         "features = { a = true }\n[plans.pro]\nfeatures.a = 3\n",                             5,
         "plans.pro.features.a",                                                                                          "switch in a plan above"                     },
        {"a plan's key",                        "[plans.\"a b\"]\n",                           3, "plans.a b",            "letters"                                    },
        {"a plan of no table",                  "[plans]\npro = 1\n",                          4, "plans.pro",            "table"                                      },
        {"notices that fall",
         "[dunning]\nnotices = [\"2d\", \"1d\"]\n",                                            4,
         "dunning.notices",                                                                                               "rise"                                       },
        {"notices that repeat",
         "[dunning]\nnotices = [\"24h\", \"1d\"]\n",                                           4,
         "dunning.notices",                                                                                               "rise"                                       },
        {"notices that are no list",            "[dunning]\nnotices = \"1d\"\n",               4, "dunning.notices",      "list"                                       },
        {"a grace that is a number",            "[dunning]\ngrace = 7\n",                      4, "dunning.grace",        "unit"                                       },
        {"a negative grace",                    "[dunning]\ngrace = \"-7d\"\n",                4, "dunning.grace",        "unit"                                       },
        {"an unknown key of dunning",           "[dunning]\ngrade = \"7d\"\n",                 4, "dunning.grade",        "grace"                                      },
        {"an exemption that is no truth",
         "[dunning]\nexempt = 1\n",                                                            4,
         "dunning.exempt",                                                                                                "true or false"                              },
        {"a restricted feature of no plan",
         "[dunning]\nrestricted_features = { a = 1 }\n",                                       4,
         "dunning.restricted_features.a",                                                                                 "no plan has"                                },
        {"a restricted limit that is a switch",
         "features = { a = 1 }\n[plans.basic.dunning]\nrestricted_features = { a = false }\n", 5,
         "plans.basic.dunning.restricted_features.a",                                                                     "whole number"                               },
        {"restricted features of no table",
         "[dunning]\nrestricted_features = 1\n",                                               4,
         "dunning.restricted_features",                                                                                   "table"                                      },
        {"an unknown key of an organization",
         "[organizations.o]\ngrace = \"1d\"\n",                                                4,
         "organizations.\"o\".grace",                                                                                     "dunning"                                    },
        {"an empty organization",               "[organizations.\"\".dunning]\n",              3, "organizations.\"\"",   "255"                                        },
        {"an organization of no table",
         "[organizations]\no = 1\n",                                                           4,
         "organizations.\"o\"",                                                                                           "table"                                      },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto read = read_plans(
            // A plan's table may not be opened twice: rows that open [plans] do so instead of us.
            row.toml.rfind("[plans]", 0) == 0
                ? "trial_plan = \"basic\"\n\n[plans]\npro = 1\nbasic = {}\n"
                : least + row.toml
        );
        REQUIRE(read.has_error());
        CAPTURE(shown(read.error()));
        REQUIRE(read.error().size() == 1);
        const plans_problem only = read.error().front();
        CHECK(only.line == row.line);
        CHECK(only.key == row.key);
        CHECK(only.text.find(row.text) != std::string::npos);
    }
}

TEST_CASE("plans: what a pause gives is common or a plan's own") {
    const auto read = read_plans(
        "trial_plan = \"basic\"\n[plans.basic]\n[plans.pro]\n[plans.pro.paused]\n"
        "trial_over = \"restricted\"\n[paused]\nrequested = \"full\"\n"
    );
    REQUIRE(read.has_value());
    CHECK(read->paused == pause_policy{access_level::full, access_level::none});
    CHECK(read->plans[0].paused == read->paused);
    CHECK(read->plans[1].paused == pause_policy{access_level::full, access_level::restricted});
    // Without the table.
    const auto none = read_plans("trial_plan = \"basic\"\n[plans.basic]\n");
    REQUIRE(none.has_value());
    CHECK(none->plans[0].paused == pause_policy{access_level::restricted, access_level::none});
}

TEST_CASE("plans: a limit by quantity has a base and what each adds") {
    const auto read = read_plans(
        "trial_plan = \"basic\"\nfallback_plan = \"free\"\ngrant_notice = "
        "\"7d\"\n[plans.free]\n[plans.basic]\n"
        "features = { seats = { per_quantity = 1 }, patients = { base = 10, per_quantity = 50 } }\n"
    );
    REQUIRE(read.has_value());
    CHECK(read->fallback_plan == "free");
    CHECK(read->grant_notice == std::chrono::days{7});
    const plan& basic = read->plans[1];
    const auto given = [&](std::optional<std::int64_t> quantity) {
        const auto all = basic.features_for(quantity);
        return std::to_string(std::get<std::int64_t>(all.at("seats"))) + " " +
               std::to_string(std::get<std::int64_t>(all.at("patients")));
    };
    CHECK(given(0) == "0 10");
    CHECK(given(1) == "1 60");
    CHECK(given(3) == "3 160");
    CHECK(given({}) == "1 60");
    CHECK(given(-3) == "0 10");
    CHECK(given(INT64_MAX) == std::to_string(INT64_MAX) + " -1");
}

TEST_CASE("plans: every mistake about a limit by quantity and the plan to fall back to is named") {
    const auto read = read_plans(
        "trial_plan = \"basic\"\nfallback_plan = \"gold\"\n[plans.basic]\n[plans.basic.features]\n"
        "a = { base = 1 }\nb = { base = -1, per_quantity = 1 }\nc = { per_quantity = 1.5 }\n"
        "d = { per_quantity = 1, most = 9 }\n[dunning]\n"
        "restricted_features = { a = { per_quantity = 1 } }\n[addons.x]\n"
        "features = { a = { per_quantity = 1 } }\n"
    );
    REQUIRE(read.has_error());
    CHECK(
        shown(read.error()) ==
        "2 fallback_plan: there is no [plans.gold]\n"
        "5 plans.basic.features.a: per_quantity is missing: what each of the quantity adds\n"
        "6 plans.basic.features.b.base: must be a whole number from 0\n"
        "7 plans.basic.features.c.per_quantity: must be a whole number from 0\n"
        "8 plans.basic.features.d.most: is no key of this table; it may have base, per_quantity\n"
        "10 dunning.restricted_features.a: must be true, false, or a whole number from 0 (-1: "
        "unlimited)\n"
        "12 addons.x.features.a: must be true, false, or a whole number from 0 (-1: unlimited)\n"
    );
}

TEST_CASE("plans: every mistake about pauses is named") {
    const auto read = read_plans(
        "trial_plan = \"basic\"\n[plans.basic]\n[plans.basic.paused]\nrequested = \"some\"\n"
        "on_request = \"full\"\n[paused]\ntrial_over = true\n"
    );
    REQUIRE(read.has_error());
    CAPTURE(shown(read.error()));
    REQUIRE(read.error().size() == 3);
    CHECK(read.error()[0].key == "plans.basic.paused.requested");
    CHECK(read.error()[0].text == "must be \"full\", \"restricted\" or \"none\"");
    CHECK(read.error()[1].key == "plans.basic.paused.on_request");
    CHECK(read.error()[2].key == "paused.trial_over");
}

TEST_CASE("plans: all mistakes come at once in the order of their lines") {
    const auto read = read_plans(
        "trial = 1\ntrial_plan = \"gold\"\n[plans.basic]\ncolour = 1\n[dunning]\nsettle = \"x\"\n"
    );
    REQUIRE(read.has_error());
    CAPTURE(shown(read.error()));
    REQUIRE(read.error().size() == 4);
    CHECK(read.error()[0].key == "trial");
    CHECK(read.error()[1].key == "trial_plan");
    CHECK(read.error()[1].text == "there is no [plans.gold]");
    CHECK(read.error()[2].key == "plans.basic.colour");
    CHECK(read.error()[3].key == "dunning.settle");
    CHECK(read.error()[3].line == 6);
}

TEST_CASE("plans: an empty file lacks a plan and the trial's plan") {
    const auto read = read_plans("");
    REQUIRE(read.has_error());
    REQUIRE(read.error().size() == 2);
    CHECK(read.error()[0].key == "plans");
    CHECK(read.error()[1].key == "trial_plan");
    CHECK(read.error()[0].line == 0);
}

}  // namespace billhook
