#include "tests/builders/life.hpp"

namespace billhook::builders {

catalogue example_plans() {
    using std::chrono::days;
    catalogue plans;
    plans.trial_plan = "basic";
    plans.dunning.notices = {days{0}, days{3}, days{5}, days{14}};
    plans.dunning.restricted_features = {
        {"prioritized_max", std::int64_t{0}}
    };
    plan basic;
    basic.key = "basic";
    basic.name = "Basic";
    basic.lookup_keys = {"basic_monthly"};
    basic.features = {
        {"patients_max",         std::int64_t{50}},
        {"prioritized_max",      std::int64_t{10}},
        {"treatment_notes",      false           },
        {"webhook_integrations", false           }
    };
    basic.dunning = plans.dunning;
    plan enterprise;
    enterprise.key = "enterprise";
    enterprise.name = "Enterprise";
    enterprise.lookup_keys = {"enterprise_monthly"};
    enterprise.features = {
        {"patients_max",         std::int64_t{-1}},
        {"prioritized_max",      std::int64_t{-1}},
        {"treatment_notes",      true            },
        {"webhook_integrations", true            }
    };
    enterprise.dunning = plans.dunning;
    enterprise.dunning.grace = days{30};
    plans.plans = {basic, enterprise};
    return plans;
}

}  // namespace billhook::builders
