#pragma once

#include "schemas/plans/catalogue.hpp"

namespace billhook::simulator {

// The plans of the worked lives: basic, and enterprise with a grace of 30 days; one add-on.
[[nodiscard]] inline catalogue plans_for_tests() {
    catalogue plans;
    plans.trial = std::chrono::days{14};
    plans.trial_plan = "basic";
    plan basic;
    basic.key = basic.name = "basic";
    basic.lookup_keys = {"basic_monthly"};
    plan enterprise;
    enterprise.key = enterprise.name = "enterprise";
    enterprise.lookup_keys = {"enterprise_monthly"};
    enterprise.dunning.grace = std::chrono::days{30};
    plans.plans = {basic, enterprise};
    addon sms;
    sms.key = "sms";
    sms.lookup_keys = {"sms_pack"};
    plans.addons = {sms};
    return plans;
}

}  // namespace billhook::simulator
