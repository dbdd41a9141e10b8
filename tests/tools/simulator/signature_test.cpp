#include "tools/simulator/signature.hpp"

#include <doctest/doctest.h>

namespace billhook::simulator {
namespace {

TEST_CASE("signature: the header is the one that Stripe would send") {
    CHECK(
        signature_header(
            "{\"id\":\"evt_test_webhook\",\"object\":\"event\"}",
            secret("whsec_test_secret"),
            from_unix_seconds(1492774577)
        ) == "t=1492774577,v1=88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a"
    );
    CHECK(
        signature_header("", secret("whsec_test_secret"), from_unix_seconds(1700000000)) ==
        "t=1700000000,v1=316b9ab98c15bfa039d243f3196acee619cf29749a91a634e6a8154e2f7b6727"
    );
}

}  // namespace
}  // namespace billhook::simulator
