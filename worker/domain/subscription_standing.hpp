#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/domain/dunning_case.hpp"
#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"

#include <optional>
#include <span>
#include <vector>

// What one subscription alone would give its organization (the table of design 4).
namespace billhook {

struct subscription_standing {
    const subscription_row* row = nullptr;
    std::optional<std::size_t> plan;  // index in the catalogue; empty: no price matches
    std::string status;               // Stripe's last word; `canceled` once deleted
    access_level access = access_level::none;
    reason why = reason::unknown_status;
    bool stale = false;
    bool terminal = false;
    bool incomplete = false;  // incomplete or incomplete_expired
    bool in_dunning = false;
    std::optional<instant> grace_until;
    std::optional<instant> restricted_until;
    // Every instant at which something about it may change or a notice falls due; past and future.
    std::vector<instant> instants;
};

// `cases` are this subscription's. `now` is the horizon.
[[nodiscard]] subscription_standing standing_of(
    const subscription_row& row,
    std::span<const dunning_case> cases,
    const organization_id& organization,
    const catalogue& plans,
    instant now
);

}  // namespace billhook
