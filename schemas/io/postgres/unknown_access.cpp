#include "schemas/io/postgres/unknown_access.hpp"

#include "schemas/plans/feature_types.hpp"
#include "schemas/plans/features_text.hpp"

namespace billhook::postgres {

void store_unknown_access(pqxx::transaction_base& in, const catalogue& plans) {
    const plan* const trial = plans.find(plans.trial_plan);
    in.exec_params(
        "INSERT INTO billhook.unknown_access AS u (plan, features, types) VALUES ($1, $2::jsonb, "
        "$3::jsonb) ON CONFLICT (only_row) DO UPDATE SET plan = excluded.plan, features = "
        "excluded.features, types = excluded.types WHERE (u.plan, u.features, u.types) IS DISTINCT "
        "FROM (excluded.plan, excluded.features, excluded.types)",
        plans.trial_plan,
        to_text(trial == nullptr ? feature_map{} : trial->features_for({})),
        to_text(feature_types(plans))
    );
}

}  // namespace billhook::postgres
