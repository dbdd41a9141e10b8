#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/standings.hpp"

#include <string>
#include <vector>

namespace billhook {

// An instant at which something happens by itself.
struct forecast_step {
    standing then;             // at its `as_of`
    bool changed = false;      // an application sees another answer than at the step before
    std::vector<notice> sent;  // what the organization would be told
};

// Stripe will ask for money at the end of a paid period; what follows if it is not paid. Nothing of
// it is known before Stripe says so, so it is told beside the steps.
struct expected_renewal {
    subscription_id subscription;
    instant at{};
    instant grace_until{};  // counted from `at`; Stripe's first try follows it by about an hour
    instant restricted_until{};
    bool exempt = false;

    friend bool operator==(const expected_renewal&, const expected_renewal&) = default;
};

// What an operator gave ends, whether or not that changes the answer.
struct expected_end {
    event_id grant;
    instant at{};
    std::string gives;  // in words

    friend bool operator==(const expected_end&, const expected_end&) = default;
};

struct outlook {
    std::vector<forecast_step> steps;        // the first is `from` itself
    std::vector<expected_renewal> renewals;  // by time
    std::vector<expected_end> ends;          // by time
};

// What happens from `from` (the horizon) to `to` if no event comes any more: nothing is paid, and
// nothing is canceled. Assesses at each `next_change_at`, as the clock will. Pure.
[[nodiscard]] outlook forecast(
    organization_facts facts,
    const catalogue& plans,
    instant from,
    instant to
);

}  // namespace billhook
