#pragma once

#include "schemas/messages/grant.hpp"
#include "schemas/plans/catalogue.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

// What operators gave an organization (worker/README.md, "The policy"). Pure.
namespace billhook {

// What a grant has become: in force from when it is known until its end, or until it was revoked,
// which ends it at once wherever `now` is.
struct grant_course {
    const grant* what = nullptr;
    std::optional<instant> ends;        // its end, or the revoke; empty: a trial's extension
    const grant* revoked_by = nullptr;  // the first revoke of it
    bool in_force = false;

    // While it is in force no case reduces anything.
    [[nodiscard]] bool shields() const {
        return what->plan.has_value() || what->full_access || what->exempt;
    }
};

// Of each grant among them, in their order; revokes have none. A revoke that names another
// organization's grant is none.
[[nodiscard]] std::vector<grant_course> courses_of(std::span<const grant> all, instant now);

// All of an organization's grants, taken together.
struct given {
    std::optional<std::size_t> plan;  // the highest in force: index in the catalogue
    bool full_access = false;         // a plan or the access is given
    bool exempt = false;
    feature_map features;  // the greatest of each
    // The clock of an open case counts for access from the latest end of a grant that shields, past
    // or to come, if its anchor is before that; and for notices from the latest that is past, for a
    // grant without `exempt` does not hold them up.
    std::optional<instant> access_from;
    std::optional<instant> steps_from;
    std::vector<instant> ends;  // of those in force
};
[[nodiscard]] given given_by(std::span<const grant> all, const catalogue& plans, instant now);

// By how much the organization's own trial is longer, all together.
[[nodiscard]] std::chrono::seconds trial_extension(std::span<const grant> all);

}  // namespace billhook
