// A slice of each load: that honest clients are served beside it. How fast: `billhook-loads`.
#include "tests/ingest/server/served.hpp"
#include "tests/loads/trial.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace billhook::testing {
namespace {

TEST_CASE("loads: honest clients are served beside each of them") {
    raise_descriptor_limit();
    for (const auto& each : all_loads()) {
        const std::string name{each.name};
        CAPTURE(name);
        served gateway;
        gateway.log_of_record.forget = true;
        const target to{
            {boost::asio::ip::make_address("127.0.0.1"), gateway.port()},
            test_path, signature_of
        };
        const auto seen = try_load(
            to,
            each,
            {.clients = std::min<std::size_t>(each.clients, 300),
             .honest = {.how_long = std::chrono::milliseconds{400}}}
        );
        CHECK(seen.idle.served() == seen.idle.sent);
        CHECK(seen.attacked.sent > 0);
        CHECK(seen.attacked.served() == seen.attacked.sent);
        CHECK(seen.attackers_connections > 0);
    }
}

}  // namespace
}  // namespace billhook::testing
