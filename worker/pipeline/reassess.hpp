#pragma once

#include "worker/ledger/ledger.hpp"
#include "worker/pipeline/process.hpp"

namespace billhook {

// The second half of a transaction, and its commit: reads what `assess` needs of the locked
// organizations, assesses by the unit's plans at its horizon, writes what differs.
[[nodiscard]] processed reassess(unit_of_work& unit, const locked_standings& touched);

}  // namespace billhook
