#pragma once

#include "worker/domain/standings.hpp"
#include "worker/insight/history.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

// Why an organization stands as it does, in words that may be passed on to it. Pure.
namespace billhook {

// An event, or a change of the standing that followed from events or from time alone.
struct timeline_row {
    instant at{};
    std::optional<event_id> event;       // empty: a standing
    std::string type;                    // the event's, as the journal has it
    std::string object;                  // Stripe's id
    std::optional<instant> received_at;  // where the journal knows it
    std::string words;
    std::optional<standing> became;  // from `at` on
};

struct explanation {
    standing now;
    std::string why;                     // the rule that decided, with its dates
    std::string next;                    // what follows if no event comes
    std::vector<timeline_row> timeline;  // in the order of events, never of arrival
};

// The past: both are the instant asked for. The present: `at` is the horizon and all is known,
// since a fact counts from the moment it is folded, also when its `created` lies after the horizon.
struct explained_moment {
    instant at{};
    instant known_until{};
};

// What was known, and why it meant what it meant at that time; `policies` as in `course_of`.
[[nodiscard]] explanation explain(
    const organization_history& of,
    std::span<const policy_period> policies,
    const explained_moment& moment
);

}  // namespace billhook
