#include "schemas/types/assert.hpp"
#include "tests/builders/life.hpp"

namespace billhook::builders {

namespace {

plans_text read_example() {
    plans_text text;
    text.toml = R"(
trial = "14d"
trial_plan = "basic"

[plans.basic]
name = "Basic"
lookup_keys = ["basic_monthly"]
features = { patients_max = 50, prioritized_max = 10, treatment_notes = false, webhook_integrations = false }

[plans.enterprise]
name = "Enterprise"
lookup_keys = ["enterprise_monthly"]
features = { patients_max = -1, prioritized_max = -1, treatment_notes = true, webhook_integrations = true }

[addons.sms]
lookup_keys = ["sms_monthly"]
features = { sms_credits = 500, treatment_notes = true }

[dunning]
grace = "7d"
restricted = "14d"
notices = ["0d", "3d", "5d", "14d"]
settle = "15m"
restricted_features = { prioritized_max = 0 }

[plans.enterprise.dunning]
grace = "30d"
)";
    auto plans = read_plans(text.toml);
    BILLHOOK_ASSERT(plans.has_value());
    text.plans = *std::move(plans);
    return text;
}

}  // namespace

plans_text example_plans_text() {
    static const plans_text once = read_example();
    return once;
}

catalogue example_plans() {
    return example_plans_text().plans;
}

}  // namespace billhook::builders
