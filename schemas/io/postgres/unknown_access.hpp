#pragma once

#include "schemas/plans/catalogue.hpp"

#include <pqxx/transaction_base>

namespace billhook::postgres {

// Stores what the views show for organizations that the log never named, the trial plan and its
// features, and what every feature is. Writes only if it differs.
void store_unknown_access(pqxx::transaction_base& in, const catalogue& plans);

}  // namespace billhook::postgres
