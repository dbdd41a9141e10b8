#pragma once

#include "schemas/plans/policy.hpp"
#include "worker/domain/standings.hpp"

namespace billhook {

// What an organization gets of a plan's features at this access: all of them, the lesser of them
// and `restricted` (a switch that either turns off, the smaller limit; -1 is unlimited), or every
// switch off and every limit 0.
[[nodiscard]] feature_map granted(
    const feature_map& plan,
    const feature_map& restricted,
    access_level access
);

// Adds what `times` of an add-on give: numbers add up (one that is unlimited stays so), switches
// or.
void add_features(feature_map& to, const feature_map& addon, std::int64_t times);

// Makes each at least what `by` says: the greater limit, a switch that either turns on. One of
// another kind stays.
void raise_features(feature_map& to, const feature_map& by);

}  // namespace billhook
