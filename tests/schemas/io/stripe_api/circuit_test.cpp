#include "schemas/io/stripe_api/circuit.hpp"

#include <doctest/doctest.h>

namespace billhook::stripe {

using namespace std::chrono_literals;

TEST_CASE("circuit: opens after failures in a row and lets one try and closes with an answer") {
    const circuit::time start{};
    circuit of{
        {.failures = 2, .open = 1'000ms}
    };
    CHECK(of.may_ask(start));
    of.failed(start);
    CHECK(of.may_ask(start));
    of.answered();  // in between: not in a row
    of.failed(start);
    CHECK_FALSE(of.is_open());
    of.failed(start);
    CHECK(of.is_open());
    CHECK_FALSE(of.may_ask(start));
    CHECK_FALSE(of.may_ask(start + 999ms));
    CHECK(of.may_ask(start + 1'000ms));        // one
    CHECK_FALSE(of.may_ask(start + 1'000ms));  // and no other
    of.failed(start + 1'500ms);
    CHECK_FALSE(of.may_ask(start + 2'499ms));
    CHECK(of.may_ask(start + 2'500ms));
    of.answered();
    CHECK_FALSE(of.is_open());
    CHECK(of.may_ask(start + 2'500ms));
}

}  // namespace billhook::stripe
