#include "schemas/io/postgres/unknown_access.hpp"

#include "schemas/plans/features_text.hpp"

namespace billhook::postgres {

void store_unknown_access(pqxx::transaction_base& in, const catalogue& plans) {
    const plan* const trial = plans.find(plans.trial_plan);
    in.exec_params(
        "INSERT INTO billhook.unknown_access AS u (plan, features) VALUES ($1, $2::jsonb) "
        "ON CONFLICT (only_row) DO UPDATE SET plan = excluded.plan, features = excluded.features "
        "WHERE (u.plan, u.features) IS DISTINCT FROM (excluded.plan, excluded.features)",
        plans.trial_plan,
        to_text(trial == nullptr ? feature_map{} : trial->features)
    );
}

}  // namespace billhook::postgres
