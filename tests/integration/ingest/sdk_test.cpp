// Stripe's own code as a second opinion on signatures; see stripe_sdk.py. The broker is
// librdkafka's mock in this process.
#include "tests/integration/ingest/running_gateway.hpp"
#include "tests/schemas/io/kafka/mock_cluster.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <sys/wait.h>

namespace billhook::testing {
namespace {

struct ended {
    int code = -1;
    std::string output;
};

ended run(const std::string& command) {
    ended result;
    FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    char bytes[4096];
    while (const auto got = std::fread(bytes, 1, sizeof bytes, pipe)) {
        result.output.append(bytes, got);
    }
    const int status = ::pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
}

TEST_CASE("stripe's SDK: what it signs is accepted and what we sign it accepts") {
    kafka::mock_cluster cluster;
    cluster.create_topic("stripe.events", 1);
    running_gateway gateway{cluster.brokers(), "stripe.events", 1};
    REQUIRE(gateway.ready());
    const std::string body = R"({"id":"evt_ours","object":"event","data":{"object":{}}})";
    const auto result = run(fmt::format(
        "python3 tests/integration/ingest/stripe_sdk.py --folder '{}/stripe-sdk' --port {} "
        "--path {} --secret {} --our-header '{}' --our-body '{}'",
        BILLHOOK_BUILD_FOLDER,
        gateway.port(),
        gateway_path,
        gateway_secret,
        signature_of_now(body),
        body
    ));
    CAPTURE(result.output);
    if (result.output.find("SKIPPED: ") != std::string::npos || result.code == 127) {
        std::printf("SKIPPED: Stripe's SDK cannot be had: %s\n", result.output.c_str());
        return;
    }
    CHECK(result.code == 0);
    CHECK(result.output.find("oracle agrees") != std::string::npos);
}

}  // namespace
}  // namespace billhook::testing
