#include "worker/domain/unheard.hpp"

#include <algorithm>

namespace billhook {

bool is_unheard_of(const organization_facts& facts) {
    return facts.subscriptions.empty() && facts.customers.empty() && facts.grants.empty() &&
           std::ranges::all_of(facts.mappings, &mapping::deleted);
}

standing unheard_standing(const organization_id& which, const catalogue& plans, instant now) {
    standing one;
    one.organization = which;
    one.plan = plans.trial_plan;
    one.subscription_status = "trial";
    one.access = access_level::full;
    one.why = reason::unknown;
    one.as_of = now;
    if (const auto* const plan = plans.find(plans.trial_plan); plan != nullptr) {
        one.features = plan->features_for({});
    }
    return one;
}

}  // namespace billhook
