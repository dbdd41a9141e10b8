#include "schemas/types/instant.hpp"
#include "tests/builders/life.hpp"
#include "tests/integration/recovery/stripe_mock.hpp"
#include "tools/selling/apply.hpp"
#include "tools/simulator/selling_api.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

// Stripe's published OpenAPI as a judge of what `billhook catalogue` asks.
namespace billhook::selling {
namespace {

wanted_account wanted(const wish& told) {
    auto all = wanted_from(builders::example_plans(), told);
    REQUIRE(all.has_value());
    return *std::move(all);
}

bool waited(std::chrono::milliseconds pause) {
    std::this_thread::sleep_for(pause);
    return true;
}

// Every write that an account needs that is empty, then dearer, then drifts.
std::vector<simulator::api_call> writes_of_a_catalogue() {
    std::mutex guard;
    std::vector<simulator::api_call> seen;
    simulator::selling_api api(
        {.key = "sk_test_simulated0000000",
         .now = [] { return instant{}; },
         .fault =
             [&](const simulator::api_call& call) {
                 const std::lock_guard lock(guard);
                 seen.push_back(call);
                 return simulator::write_fault::none;
             }}
    );
    const simulator::api_server server(
        [&](const simulator::api_call& call) { return api.answer(call); }, 0
    );
    stripe::client_settings told;
    told.base = server.base();
    told.key = secret{"sk_test_simulated0000000"};
    stripe::client client(told, waited);
    const auto bring_to = [&](const wish& what) {
        auto shown = read_account(client);
        REQUIRE(shown.has_value());
        const auto end = apply(client, wanted(what), *shown, [](const secret&) { return true; });
        REQUIRE(end.end == apply_end::done);
    };
    const std::string hooks = "https://hooks.example.com/stripe/webhook";
    bring_to({.endpoint = hooks, .return_url = "https://app.example.com/billing"});
    bring_to({.monthly = {"basic=3900"}});
    const stripe::writing drift{
        .path = "/v1/webhook_endpoints/we_sold0001",
        .form = {{"disabled", "true"}},
        .key = "drift",
        .until = std::chrono::steady_clock::now() + std::chrono::seconds{30}};
    REQUIRE(client.post(drift).has_value());
    bring_to({.endpoint = hooks, .return_url = "https://app.example.com/billing"});
    return seen;
}

}  // namespace

TEST_CASE("stripe-mock: every request of the catalogue is one that Stripe publishes") {
    const testing::stripe_mock mock;
    if (!mock.runs()) {
        return;
    }
    auto client = mock.client();
    const auto shown = read_account(client);
    REQUIRE(shown.has_value());
    CHECK_FALSE(shown->products.empty());
    CHECK_FALSE(shown->endpoints.empty());
    const auto writes = writes_of_a_catalogue();
    CHECK(writes.size() >= 10);
    int number = 0;
    for (simulator::api_call each : writes) {
        CAPTURE(each.path);
        for (auto& [name, value] : each.parameters) {
            if (name == "api_version") {
                CHECK(value == stripe::asked_api_version);
                value = "2026-08-26.dahlia";  // the newest that this mock has heard of
            }
        }
        const auto told = client.post(
            {.path = each.path,
             .form = each.parameters,
             .key = "mock" + std::to_string(++number),
             .until = std::chrono::steady_clock::now() + std::chrono::seconds{60}}
        );
        CHECK_MESSAGE(told.has_value(), (told ? "" : stripe::to_text(told.error())));
    }
}

}  // namespace billhook::selling
