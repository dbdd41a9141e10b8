#pragma once

#include "schemas/plans/access_level.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace billhook {

// What a plan gives for one feature: a switch, or a limit (-1: unlimited).
using feature_value = std::variant<bool, std::int64_t>;
using feature_map = std::map<std::string, feature_value>;
// What each of a plan's seats adds to its limits.
using per_quantity_map = std::map<std::string, std::int64_t>;

// A limit with so many `times` more; what cannot be counted any more is as good as unlimited.
[[nodiscard]] std::int64_t limit_with(std::int64_t limit, std::int64_t more, std::int64_t times);

// The dunning rules in force for one plan or tenant; ages count from a case's anchor.
struct dunning_policy {
    std::chrono::seconds grace{std::chrono::days{7}};
    std::chrono::seconds restricted{std::chrono::days{14}};
    // Listed steps, ascending, unique. `steps` adds grace and grace + restricted, which always are.
    std::vector<std::chrono::seconds> notices;
    // A notice is due this long after its step, for webhooks that are still under way.
    std::chrono::seconds settle{std::chrono::minutes{15}};
    // What fell due longer ago when it is first found is not told any more.
    std::chrono::seconds notices_max_age{std::chrono::hours{72}};
    feature_map restricted_features;  // the lesser of this and the plan's, while restricted
    bool exempt = false;              // cases never reduce access and send nothing

    // Every step's offset, ascending, unique.
    [[nodiscard]] std::vector<std::chrono::seconds> steps() const;
    friend bool operator==(const dunning_policy&, const dunning_policy&) = default;
};

// What a paused subscription gives while nothing is owed for it (`[paused]`).
struct pause_policy {
    access_level requested = access_level::restricted;  // on request, and for all that is not told
    access_level trial_over = access_level::none;       // a trial ended without a card

    friend bool operator==(const pause_policy&, const pause_policy&) = default;
};

}  // namespace billhook
