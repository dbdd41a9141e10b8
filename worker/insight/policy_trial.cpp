#include "worker/insight/policy_trial.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace billhook {

namespace {

void count(policy_trial::side& to, const std::vector<standing>& course, instant until) {
    const auto time = time_of(course, until);
    to.time += time;
    to.restricted += time.restricted > std::chrono::seconds::zero() ? 1 : 0;
    to.cut_off += time.none > std::chrono::seconds::zero() ? 1 : 0;
}

// When it had which access, and nothing else.
std::vector<std::pair<instant, access_level>> accesses(const std::vector<standing>& course) {
    std::vector<std::pair<instant, access_level>> all;
    for (const auto& one : course) {
        if (all.empty() || all.back().second != one.access) {
            all.emplace_back(one.as_of, one.access);
        }
    }
    return all;
}

}  // namespace

access_time& access_time::operator+=(const access_time& other) {
    full += other.full;
    restricted += other.restricted;
    none += other.none;
    return *this;
}

access_time time_of(std::span<const standing> course, instant to) {
    access_time all;
    for (std::size_t at = 0; at < course.size(); ++at) {
        const auto end = at + 1 < course.size() ? course[at + 1].as_of : to;
        const auto span = std::chrono::floor<std::chrono::seconds>(end - course[at].as_of);
        switch (course[at].access) {
            case access_level::full:
                all.full += span;
                break;
            case access_level::restricted:
                all.restricted += span;
                break;
            case access_level::none:
                all.none += span;
                break;
        }
    }
    return all;
}

void policy_trial::add(
    const organization_history& of,
    std::span<const policy_period> was,
    const catalogue& tried_plans,
    instant from,
    instant to
) {
    const std::array<policy_period, 1> other{{{instant{}, tried_plans}}};
    const auto course_was = course_of(of, was, from, to);
    const auto course_tried = course_of(of, other, from, to);
    count(as_it_was, course_was, to);
    count(tried, course_tried, to);
    ++organizations;
    differing += accesses(course_was) != accesses(course_tried) ? 1 : 0;
}

}  // namespace billhook
