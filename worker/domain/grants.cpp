#include "worker/domain/grants.hpp"

#include "worker/domain/features.hpp"

#include <algorithm>

namespace billhook {

namespace {

// The first that takes it back.
const grant* revoke_of(const grant& what, std::span<const grant> all) {
    const grant* first = nullptr;
    for (const auto& one : all) {
        if (one.revokes == what.id && one.organization == what.organization &&
            (first == nullptr || one.created < first->created)) {
            first = &one;
        }
    }
    return first;
}

void take_later(std::optional<instant>& latest, const std::optional<instant>& at) {
    latest = std::max(latest, at);  // nothing is before everything
}

}  // namespace

std::vector<grant_course> courses_of(std::span<const grant> all, instant now) {
    std::vector<grant_course> courses;
    for (const auto& one : all) {
        if (one.revokes) {
            continue;
        }
        grant_course course{&one, one.until, revoke_of(one, all), false};
        if (course.revoked_by != nullptr) {
            const auto revoked_at = course.revoked_by->created;
            course.ends = std::min(course.ends.value_or(revoked_at), revoked_at);
        }
        course.in_force = course.revoked_by == nullptr && (!course.ends || now < *course.ends);
        courses.push_back(course);
    }
    return courses;
}

given given_by(std::span<const grant> all, const catalogue& plans, instant now) {
    given sum;
    for (const auto& one : courses_of(all, now)) {
        // What was over before it began never held anything up.
        if (one.shields() && one.ends > one.what->created) {
            take_later(sum.access_from, one.ends);
            if (!one.in_force) {
                take_later(sum.steps_from, one.ends);
            }
        }
        if (!one.in_force || !one.ends) {
            continue;
        }
        if (one.what->plan) {
            sum.plan = std::max(sum.plan, plans.index_of(*one.what->plan));
        }
        sum.full_access = sum.full_access || one.what->plan || one.what->full_access;
        sum.exempt = sum.exempt || one.what->exempt;
        raise_features(sum.features, one.what->features);
        sum.ends.push_back(*one.ends);
    }
    return sum;
}

std::chrono::seconds trial_extension(std::span<const grant> all) {
    constexpr std::chrono::seconds longest = std::chrono::days{36'500};
    std::chrono::seconds sum{0};
    for (const auto& one : all) {
        if (one.trial_extension && revoke_of(one, all) == nullptr) {
            sum = std::min(sum + std::chrono::seconds{*one.trial_extension}, longest);
        }
    }
    return sum;
}

}  // namespace billhook
