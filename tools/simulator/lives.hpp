#pragma once

#include "schemas/plans/catalogue.hpp"
#include "tools/simulator/scenario.hpp"

#include <chrono>
#include <span>
#include <string>

namespace billhook::simulator {

// Who tells Billhook whose a customer is.
enum class mapped_by : std::uint8_t { subscription, customer, checkout, row };

// One organization's life in the making: what a life's script acts on.
struct stage {
    stage(const catalogue& with, const scenario_settings& given, random_source& chosen_by)
        : plans(with), settings(given), random(chosen_by) {}

    const catalogue& plans;
    const scenario_settings& settings;
    random_source& random;
    account_settings stripe_settings;  // a script may change them before `open`
    mapped_by how = mapped_by::subscription;
    organization_life life;
    std::string customer;

    [[nodiscard]] account& stripe() { return *life.stripe; }
    [[nodiscard]] instant end() const { return settings.end; }
    // Somewhere between the two, to the second.
    [[nodiscard]] std::chrono::seconds span(std::chrono::seconds low, std::chrono::seconds high);
    [[nodiscard]] instant before_end(std::chrono::seconds low, std::chrono::seconds high);
    // A price of a plan; the one at `index`, or any.
    [[nodiscard]] price price_of(std::size_t index) const;
    [[nodiscard]] std::size_t any_plan();
    [[nodiscard]] patience_with policy(std::size_t plan) const;
    // When a subscription begins that renews at about `boundary`, as many months before as fit.
    [[nodiscard]] instant start_before(instant boundary);

    // Opens the Stripe account with a customer at `when`.
    void open(instant when);
    // The customer subscribes at `when`, with a card of this kind from then on.
    std::string subscribe(instant when, subscribe_options options, card kind);
    // A paid subscription to `plan` from `when` on; opens the account if need be.
    std::string join(instant when, std::size_t plan);
};

struct named_life {
    const char* name;
    int weight;
    void (*script)(stage& on);
};

// All lives, of good standing (good_lives.cpp) and of failing payment (failing_lives.cpp).
[[nodiscard]] std::span<const named_life> good_lives();
[[nodiscard]] std::span<const named_life> failing_lives();

}  // namespace billhook::simulator
