#include "schemas/io/stripe_api/retry.hpp"

#include <doctest/doctest.h>

namespace billhook::stripe {

using namespace std::chrono_literals;

TEST_CASE("retry: pauses double up to the longest and lie in the upper half of that") {
    const retry_limits limits{
        .attempts = 5, .first = 500ms, .longest = 3'000ms, .longest_asked = 60s};
    const struct {
        int attempt;
        double jitter;
        std::chrono::milliseconds pause;
    } rows[] = {
        {1, 0.0, 250ms  },
        {1, 1.0, 500ms  },
        {2, 1.0, 1'000ms},
        {3, 1.0, 2'000ms},
        {4, 1.0, 3'000ms},
        {4, 0.5, 2'250ms},
    };
    for (const auto& row : rows) {
        CAPTURE(row.attempt);
        CAPTURE(row.jitter);
        CHECK(pause_after(row.attempt, {}, limits, row.jitter) == row.pause);
    }
    CHECK_FALSE(pause_after(5, {}, limits, 0.5).has_value());
    CHECK_FALSE(pause_after(6, {}, limits, 0.5).has_value());
}

TEST_CASE("retry: what Stripe asks for is waited but not for ever") {
    const retry_limits limits;
    CHECK(pause_after(1, 7s, limits, 1.0) == 7s);
    CHECK(pause_after(1, 0s, limits, 1.0) == limits.first);
    CHECK(pause_after(1, 86'400s, limits, 1.0) == limits.longest_asked);
}

}  // namespace billhook::stripe
