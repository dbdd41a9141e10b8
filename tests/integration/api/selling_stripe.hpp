#pragma once

#include "schemas/io/process/clock.hpp"
#include "tests/integration/api/running_api.hpp"
#include "tools/simulator/selling_api.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace billhook::testing {

// The simulated Stripe for writes behind its API.
struct selling_stripe {
    explicit selling_stripe(
        std::function<simulator::write_fault(const simulator::api_call&)> fault = {},
        std::chrono::milliseconds working = std::chrono::milliseconds{0}
    )
        : api(
              {.key = "sk_test_simulated0000000",
               .now = [] { return system_clock{}.now(); },
               .fault = std::move(fault),
               .working = working,
               .prices = prices()}
          ),
          server([this](const simulator::api_call& call) { return api.answer(call); }, 0, true) {}

    // By which the example plans are sold.
    [[nodiscard]] static std::vector<simulator::price> prices() {
        simulator::price basic;
        basic.id = "price_basic";
        basic.product = "prod_basic";
        basic.lookup_key = "basic_monthly";
        basic.amount_minor = 2'900;
        simulator::price enterprise = basic;
        enterprise.id = "price_enterprise";
        enterprise.product = "prod_enterprise";
        enterprise.lookup_key = "enterprise_monthly";
        enterprise.amount_minor = 19'900;
        return {basic, enterprise};
    }

    // The plan with this Stripe, asked without long pauses.
    [[nodiscard]] api::api_plan plan_for(
        const builders::database& state,
        const std::string& topic,
        const kafka::client_settings& log
    ) const {
        auto plan = api_plan_for(state, topic);
        plan.kafka.client = log;
        plan.stripe.base = server.base();
        plan.stripe.retries.attempts = 3;
        plan.stripe.retries.first = std::chrono::milliseconds{20};
        plan.return_origins = {"https://app.example.com"};
        return plan;
    }

    simulator::selling_api api;
    simulator::api_server server;
};

}  // namespace billhook::testing
