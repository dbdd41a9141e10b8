#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/plans/policy.hpp"

#include <pqxx/transaction_base>

#include <string>
#include <string_view>

namespace billhook::postgres {

// Features as the tables and views have them: a JSON object of true, false, a limit, or null for
// unlimited (-1 in plans.toml).
[[nodiscard]] std::string features_json(const feature_map& features);
// The way back. The text is our own: anything else asserts.
[[nodiscard]] feature_map features_from(std::string_view json);

// Stores what the views show for organizations that the log never named: the trial plan and its
// features. Writes only if it differs.
void store_unknown_access(pqxx::transaction_base& in, const catalogue& plans);

}  // namespace billhook::postgres
