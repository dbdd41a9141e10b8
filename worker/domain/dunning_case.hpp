#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <optional>
#include <string>
#include <vector>

namespace billhook {

// S.dunning_cases: one time in which a subscription's payment failed; (subscription, anchor) is the
// key. A case is a maximal union of failing invoices' and delinquent spells' times (design 3).
struct dunning_case {
    subscription_id subscription;
    instant anchor{};                      // the first instant; ages count from here
    std::optional<instant> ended_at;       // empty while the case is open
    // Every invoice of the union, settled or not, and the latest_invoice of each past_due or unpaid
    // fact in it, or "<subscription>@<first second of the spell>" for a fact that names none. Sorted,
    // unique.
    std::vector<std::string> members;
    instant last_failure{};                // the case's latest failure evidence
    bool action_required = false;          // that failure demanded the customer to act
    bool paid = false;                     // an invoice of the case was paid
    bool forgiven = false;                 // a member was voided or written off

    friend bool operator==(const dunning_case&, const dunning_case&) = default;
};

}  // namespace billhook
