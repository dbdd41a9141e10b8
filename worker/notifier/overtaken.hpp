#pragma once

#include "worker/ledger/notice_claims.hpp"

#include <string_view>

namespace billhook {

// Why the notice is not to be sent any more, as a stable word; empty if it still holds. Pure.
//   dunning steps: `subscription_canceled`, `case_closed`, `told_since` (a later step was due, too)
//                  those that speak of access also `another_counts`: a subscription or a grant
//   recovered:     `subscription_canceled`, `failing_again`, `told_since`
//   canceled:      `not_canceled`, `another_alive`
//   trial_ending:  `trial_over`, `trial_moved`
//   grant_ending:  `grant_over`: it was revoked, or has ended
[[nodiscard]] std::string_view why_overtaken(
    const notice& what,
    const notice_circumstances& around
);

}  // namespace billhook
