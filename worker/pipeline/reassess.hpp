#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/pipeline/process.hpp"

namespace billhook {

// The second half of a transaction, and its commit: reads what `assess` needs of the locked
// organizations, assesses at the unit's horizon, writes what differs.
[[nodiscard]] processed reassess(
    unit_of_work& unit,
    const locked_standings& touched,
    const catalogue& plans
);

}  // namespace billhook
