#include "ingest/api/calls/rates.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::api {

using namespace std::chrono_literals;

TEST_CASE("rates: so many at once and as many in a minute and each for itself") {
    rates often{6};
    const rates::time begin{};
    const organization_id one{"org_1"};
    const organization_id other{"org_2"};
    for (int call = 0; call < 6; ++call) {
        CHECK_FALSE(often.refuses(one, begin).has_value());
    }
    CHECK(often.refuses(one, begin) == 10s);
    CHECK(often.refuses(one, begin + 4s) == 6s);
    CHECK_FALSE(often.refuses(other, begin).has_value());
    CHECK_FALSE(often.refuses(one, begin + 10s).has_value());
    CHECK(often.refuses(one, begin + 10s) == 10s);
    // However long it rests, no more than at first.
    int calls = 0;
    while (!often.refuses(one, begin + 24h)) {
        ++calls;
    }
    CHECK(calls == 6);
    CHECK(often.refuses(one, begin) == 10s);  // a clock that goes back gives nothing
}

TEST_CASE("rates: never less than a second to wait") {
    rates often{100'000};
    const organization_id one{"org_1"};
    while (!often.refuses(one, {})) {
    }
    CHECK(often.refuses(one, {}) == 1s);
}

TEST_CASE("rates: of more organizations than fit those that have rested longest begin anew") {
    rates often{1, 4};
    rates::time now{};
    for (int organization = 0; organization < 4; ++organization) {
        CHECK_FALSE(often.refuses(organization_id{std::to_string(organization)}, now += 1s));
    }
    CHECK(often.refuses(organization_id{"3"}, now).has_value());
    CHECK_FALSE(often.refuses(organization_id{"4"}, now).has_value());
    CHECK(often.refuses(organization_id{"3"}, now).has_value());
    CHECK_FALSE(often.refuses(organization_id{"0"}, now).has_value());
}

}  // namespace billhook::api
