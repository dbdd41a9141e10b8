#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/standings.hpp"

// An organization that the log never named: it has no row, and everything that speaks of it says
// what stands here. Who paid before Billhook is not locked out.
namespace billhook {

[[nodiscard]] bool is_unheard_of(const organization_facts& facts);

// Full access to the trial plan, `unknown`. The second half of billing.organization_access says it
// in SQL (schemas/sql/views.sql); a test compares the two.
[[nodiscard]] standing unheard_standing(
    const organization_id& which,
    const catalogue& plans,
    instant now
);

}  // namespace billhook
