#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"

#include <map>
#include <span>
#include <vector>

// An organization's past: what was known at any instant, and what followed from it. By the same
// fold and the same `assess` as the present. Pure.
namespace billhook {

// Everything that is stored of the objects that are or ever were an organization's. Facts of others
// among them do no harm: at each instant it is derived anew whose an object is.
struct organization_history {
    organization_id organization;
    bool livemode = false;  // of the projection
    std::vector<stripe::customer_fact> customer_facts;
    std::vector<stripe::subscription_fact> subscription_facts;
    std::vector<stripe::invoice_fact> invoice_facts;
    std::vector<stripe::checkout_fact> checkout_sessions;
    std::vector<stripe::schedule_fact> schedules;
    std::vector<stripe::decline_fact> declines;
    std::vector<mapping> mappings;
    std::vector<grant> grants;
    std::map<event_id, journal_row> journal;  // of these events; only `explain` reads it
};

// What `assess` needs, as far as it was created by `at`. An event counts from its `created`, not
// from its arrival; nothing is stored or recorded.
[[nodiscard]] organization_facts facts_at(const organization_history& of, instant at);

// `assess`, and for an organization of which nothing at all is known what the views show for it.
[[nodiscard]] standing standing_at(
    const organization_facts& facts,
    const catalogue& plans,
    instant at
);

// A catalogue and from when it was in force. Of several, by `from`; the first counts before, too.
struct policy_period {
    instant from{};
    catalogue plans;
};
// The one in force at `at`; there is at least one (asserted).
[[nodiscard]] const catalogue& plans_at(std::span<const policy_period> policies, instant at);

// Does an application see the same? What may follow (`next_change_at`), `as_of`, and what a billing
// page shows besides (price, dates, what is arranged) do not count: they decide nothing.
[[nodiscard]] bool same_answer(standing a, standing b);

// The standing at `from`, then each that differs from the one before, at the instant of its
// `as_of`, up to `to`.
[[nodiscard]] std::vector<standing> course_of(
    const organization_history& of,
    std::span<const policy_period> policies,
    instant from,
    instant to
);

}  // namespace billhook
