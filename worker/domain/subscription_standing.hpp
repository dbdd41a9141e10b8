#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/dunning_case.hpp"
#include "worker/domain/grants.hpp"
#include "worker/domain/listed_items.hpp"
#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <vector>

// What one subscription alone would give its organization (worker/README.md, "The policy").
namespace billhook {

struct subscription_standing {
    const subscription_row* row = nullptr;
    listed_items items;
    // Index in the catalogue: of its items, else `unlisted_plan` if it is unlisted; empty: none.
    std::optional<std::size_t> plan;
    std::optional<std::int64_t> quantity;  // as `items` has it
    renewal_terms renewal;                 // none of what is over
    // Alive, with an item that is listed nowhere and none that matches a plan.
    bool unlisted = false;
    std::string status;  // Stripe's last word; `canceled` once deleted
    access_level access = access_level::none;
    reason why = reason::unknown_status;
    bool stale = false;
    bool terminal = false;
    bool incomplete = false;  // incomplete or incomplete_expired
    bool in_dunning = false;
    // Of the open case: from when its age counts for access, and from when its steps do. Its
    // anchor, or later, where a grant held them up.
    instant access_from{};
    instant steps_from{};
    std::optional<instant> grace_until;
    std::optional<instant> restricted_until;
    bool alive = false;  // neither terminal nor incomplete
    // Every instant at which something about it may change or a notice falls due; past and future.
    std::vector<instant> instants;
    dunning_policy policy;                // of its plan and organization
    pause_policy paused;                  // of its plan
    std::span<const dunning_case> cases;  // its own, by anchor
    // The open case whose steps fall due; none where nothing is sent (exempt, ended ...).
    const dunning_case* sends = nullptr;
    bool quiet = false;  // exempt, ended or of unknown status: its cases send nothing
};

// `trial_ending` falls due this long before Stripe's trial_end.
inline constexpr std::chrono::days trial_warning{3};

// `cases` and `schedules` are this subscription's; the former have to outlive what is returned, as
// `row` has. `now` is the horizon.
[[nodiscard]] subscription_standing standing_of(
    const subscription_row& row,
    std::span<const dunning_case> cases,
    std::span<const stripe::schedule_fact> schedules,
    const organization_id& organization,
    const given& grants,
    const catalogue& plans,
    instant now
);

// Of every subscription of the organization, in their order. The facts have to outlive them.
[[nodiscard]] std::vector<subscription_standing> standings_of_each(
    const organization_facts& facts,
    const catalogue& plans,
    instant now
);

}  // namespace billhook
