#pragma once

#include "worker/insight/history.hpp"

#include <chrono>
#include <cstddef>
#include <span>

// What other plans would mean. Pure.
namespace billhook {

// How long an organization had each access.
struct access_time {
    std::chrono::seconds full{};
    std::chrono::seconds restricted{};
    std::chrono::seconds none{};

    access_time& operator+=(const access_time& other);
    friend bool operator==(const access_time&, const access_time&) = default;
};

// Of a course from `course_of`, up to `to`; its first standing begins it.
[[nodiscard]] access_time time_of(std::span<const standing> course, instant to);

// Many organizations over the same time, under the plans that were in force and under others.
struct policy_trial {
    struct side {
        access_time time;
        std::size_t restricted = 0;  // organizations that were, at some moment
        std::size_t cut_off = 0;     // organizations that had no access, at some moment
        friend bool operator==(const side&, const side&) = default;
    };
    side as_it_was;
    side tried;
    std::size_t organizations = 0;
    std::size_t differing = 0;  // that had another access at some moment

    // One more organization.
    void add(
        const organization_history& of,
        std::span<const policy_period> was,
        const catalogue& tried_plans,
        instant from,
        instant to
    );
};

}  // namespace billhook
