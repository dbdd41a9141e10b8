#pragma once

#include "schemas/plans/catalogue.hpp"
#include "tools/simulator/scenario.hpp"

#include <chrono>
#include <optional>
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
    std::optional<bool> flexible;  // billing mode of what is subscribed to; empty: either
    std::string bought_for;        // client_reference_id of its Checkout; empty: the organization
    bool unheard = false;          // nothing is heard of what happens at first
    organization_life life;
    std::string customer;

    [[nodiscard]] account& stripe() { return *life.stripe; }
    [[nodiscard]] instant end() const { return settings.end; }
    // Somewhere between the two, to the second.
    [[nodiscard]] std::chrono::seconds span(std::chrono::seconds low, std::chrono::seconds high);
    [[nodiscard]] instant before_end(std::chrono::seconds low, std::chrono::seconds high);
    // A price of the plan at `index`.
    [[nodiscard]] price price_of(std::size_t index, int months = 1) const;
    [[nodiscard]] price addon_price() const;     // of an add-on of the catalogue
    [[nodiscard]] price unlisted_price() const;  // of nothing in the catalogue
    // Only versions from this one on (up to the one before it, if `older`).
    void use_versions(const std::string& from, bool older = false);
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
    std::string join(instant when, const price& sold);
    std::string join(instant when, subscribe_options options);
    // The same in the midst of a period that began at least `quiet` ago.
    std::string pay_on(std::size_t plan, std::chrono::seconds quiet = std::chrono::hours{2});
    // A subscription to `plan` whose renewal was first declined `age` before the end.
    std::string fail_for(std::size_t plan, std::chrono::seconds age, card kind = card::declining);
    // Stripe leaves the subscription alive after the last retry.
    void keep_after_dunning();
    void pay_latest(const std::string& subscription);
    // Without a subscription only the customer, or the row, can say whose it is.
    void need_customer_mapping();
};

struct named_life {
    const char* name;
    int weight;
    void (*script)(stage& on);
};

// All lives, a file each.
[[nodiscard]] std::span<const named_life> good_lives();
[[nodiscard]] std::span<const named_life> failing_lives();
[[nodiscard]] std::span<const named_life> pausing_lives();
[[nodiscard]] std::span<const named_life> billing_lives();
[[nodiscard]] std::span<const named_life> listing_lives();
[[nodiscard]] std::span<const named_life> owning_lives();
[[nodiscard]] std::span<const named_life> scheduling_lives();

}  // namespace billhook::simulator
