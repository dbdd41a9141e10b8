#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/ledger/projections.hpp"

#include <pqxx/transaction_base>

#include <cstdint>

namespace billhook {

// The two sides of a promote, under its lock: nobody writes either.
struct exchanged {
    const projection& live;
    const projection& built;
    const catalogue& live_plans;   // in force until now
    const catalogue& built_plans;  // from now on
};

struct promotion_news {
    std::int64_t changed = 0;  // organizations whose standing is another now: consumers are told
    std::int64_t skipped = 0;  // notices that only the new one finds due: recorded, never sent
};

// What a promote tells, in its transaction. Every organization that the new projection sees
// otherwise, or that is due at its horizon, is assessed there; billing.changes gets those whose
// standing differs from the live one's. Of their notices those are sent that the live one would
// send as well, or that follow from records which it has not read yet; all others are recorded as
// skipped, so that correcting the past mails nobody. Leaves the connection's statements prepared
// for the new projection.
[[nodiscard]] promotion_news tell_promotion(pqxx::transaction_base& in, const exchanged& sides);

}  // namespace billhook
