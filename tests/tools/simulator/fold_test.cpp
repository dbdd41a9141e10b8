#include "schemas/stripe/event.hpp"
#include "tests/tools/simulator/memory_worker.hpp"
#include "tests/tools/simulator/plans_for_tests.hpp"
#include "tools/simulator/comparison.hpp"
#include "tools/simulator/disorder.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

// The simulated Stripe against the worker's own parser, fold and policy, in memory.
namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;

scenario_settings settings_for(std::uint64_t seed, std::size_t organizations) {
    scenario_settings settings;
    settings.organizations = organizations;
    settings.seed = seed;
    settings.end = from_unix_seconds(1'790'000'000 + static_cast<std::int64_t>(seed) * 86'400);
    settings.prefix = "Test";
    return settings;
}

void compare_after_disorder(const catalogue& plans, std::uint64_t seed, std::size_t organizations) {
    CAPTURE(seed);
    const auto settings = settings_for(seed, organizations);
    const auto lives = make_scenario(settings, plans);
    const auto order = seed % 2 == 0 ? delivery_order::shuffled : delivery_order::generated;
    const auto plan = plan_deliveries(lives, {.seed = seed, .order = order});
    memory_worker worker(settings.end);
    worker.fold(plan);
    worker.sweep(lives);
    for (const auto after : {1min, 60min}) {
        const auto at = settings.end + after;
        const auto made = compare(lives, plans, worker.answers(lives, plans, at));
        INFO(to_text(made));
        CHECK(made.compared == organizations);
        CHECK(made.differences.empty());
    }
}

TEST_CASE("simulator and worker: the same answers after any disorder") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        compare_after_disorder(plans_for_tests(), seed, 300);
    }
}

TEST_CASE("simulator and worker: the same answers by another policy") {
    auto plans = plans_for_tests();
    plans.unlisted_plan = "enterprise";
    plans.paused = {access_level::none, access_level::restricted};
    plans.plans[0].paused = plans.paused;
    plans.plans[1].paused = {access_level::full, access_level::none};
    for (std::uint64_t seed = 11; seed <= 14; ++seed) {
        compare_after_disorder(plans, seed, 150);
    }
}

TEST_CASE("simulator and worker: the same answers with a plan to fall back to") {
    auto plans = plans_for_tests();
    plans.fallback_plan = "basic";
    for (std::uint64_t seed = 15; seed <= 18; ++seed) {
        compare_after_disorder(plans, seed, 150);
    }
}

TEST_CASE("simulator and worker: an event is the same fact in both shapes") {
    account_settings settings;
    settings.prefix = "Test";
    settings.api_versions = {"2024-06-20", "2025-09-30.clover"};
    settings.retries = {std::chrono::days{3}};
    account stripe(settings, from_unix_seconds(1'767'225'600));
    const auto customer = stripe.create_customer({
        {"organization_id", "org_1"}
    });
    stripe.set_card(customer, card::good);
    subscribe_options options;
    options.price = {"price_basic", "prod_basic", "basic_monthly", "Basic", 2900, 0};
    const auto made = stripe.subscribe(customer, options);
    stripe.complete_checkout(made, "org_1");
    stripe.cancel_at_period_end(made);
    stripe.undo_cancel(made);
    stripe.set_card(customer, card::declining);
    stripe.advance_to(stripe.now() + std::chrono::days{40});
    stripe.cancel_now(made, "cancellation_requested");
    std::set<std::size_t> kinds;
    for (const auto& sent : stripe.events()) {
        CAPTURE(sent.type);
        const auto before = stripe::parse_event(sent.bodies[0]);
        const auto after = stripe::parse_event(sent.bodies[1]);
        REQUIRE(before.has_value());
        REQUIRE(after.has_value());
        CHECK(before->id == after->id);
        CHECK(before->object == after->object);
        CHECK(before->customer == after->customer);
        CHECK(before->created == after->created);
        REQUIRE(before->said.index() == after->said.index());
        kinds.insert(before->said.index());
        if (const auto* old = std::get_if<stripe::invoice_fact>(&before->said)) {
            const auto& now = std::get<stripe::invoice_fact>(after->said);
            CHECK(old->state == now.state);
            CHECK(old->replaced == now.replaced);
            CHECK(old->says == now.says);
        }
        if (const auto* old = std::get_if<stripe::subscription_fact>(&before->said)) {
            const auto& now = std::get<stripe::subscription_fact>(after->said);
            CHECK(old->state.status == now.state.status);
            CHECK(old->state.latest_invoice == now.state.latest_invoice);
            CHECK(old->state.cancel_at == now.state.cancel_at);
            CHECK(old->state.organization == now.state.organization);
            CHECK(old->replaced.status == now.replaced.status);
            CHECK(old->replaced.cancel_at == now.replaced.cancel_at);
            REQUIRE(old->state.items.size() == 1);
            REQUIRE(now.state.items.size() == 1);
            CHECK(old->state.items[0].price == now.state.items[0].price);
            CHECK(old->state.period_end == now.state.items[0].period_end);
            CHECK(old->replaced.period_end.has_value() == now.replaced.items.has_value());
        }
    }
    // Nothing, a subscription, an invoice, a customer, a Checkout session, a decline.
    CHECK(kinds.size() == 6);
}

}  // namespace
}  // namespace billhook::simulator
