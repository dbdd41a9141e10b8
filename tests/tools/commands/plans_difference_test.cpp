#include "tools/commands/plans_difference.hpp"

#include "tests/builders/life.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

namespace billhook {

TEST_CASE("plans difference: each key that says something else and no other") {
    struct row {
        const char* name;
        std::function<void(catalogue&)> change;
        std::vector<plans_difference> found;
    };
    const row rows[] = {
        {"nothing",                [](catalogue&) {},                                  {}},
        {"the trial",
         [](catalogue& c) { c.trial = std::chrono::days{30}; },
         {{"trial", "14d", "30d"}}                                                       },
        {"a feature",
         [](catalogue& c) { c.plans[0].features["patients_max"] = std::int64_t{60}; },
         {{"plans.basic.features.patients_max", "50", "60"}}                             },
        {"a limit by quantity",
         [](catalogue& c) { c.plans[0].per_quantity["patients_max"] = 20; },
         {{"plans.basic.features.patients_max.per_quantity", "", "20"}}                  },
        {"a plan to fall back to",
         [](catalogue& c) { c.fallback_plan = "basic"; },
         {{"fallback_plan", "none", "basic"}}                                            },
        {"a new feature",
         [](catalogue& c) { c.plans[0].features["export"] = true; },
         {{"plans.basic.features.export", "", "yes"}}                                    },
        {"grace of one plan",
         [](catalogue& c) { c.plans[1].dunning.grace = std::chrono::days{20}; },
         {{"plans.enterprise.dunning.grace", "30d", "20d"}}                              },
        {"the notices",
         [](catalogue& c) { c.plans[0].dunning.notices = {std::chrono::days{1}}; },
         {{"plans.basic.dunning.notices", "0d 3d 5d 14d", "1d"}}                         },
        {"a price",
         [](catalogue& c) { c.plans[0].prices = {"price_9"}; },
         {{"plans.basic.prices", "", "price_9"}}                                         },
        {"the order",
         [](catalogue& c) { std::swap(c.plans[0], c.plans[1]); },
         {{"plans", "basic < enterprise", "enterprise < basic"}}                         },
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        auto after = builders::example_plans();
        each.change(after);
        CHECK((differences(builders::example_plans(), after) == each.found));
    }
}

TEST_CASE("plans difference: an organization with rules of its own") {
    auto after = builders::example_plans();
    after.organizations[organization_id{"org_1"}].exempt = true;
    bool told = false;
    for (const auto& one : differences(builders::example_plans(), after)) {
        told = told || one == plans_difference{"organizations.org_1.dunning.exempt", "", "yes"};
    }
    CHECK(told);
}

}  // namespace billhook
