#pragma once

#include "schemas/plans/catalogue.hpp"
#include "tools/simulator/truth.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

// Seeded lives of organizations, which end at one moment: a weighted choice from named lives, each
// steered so that every reason of the policy is some organization's last answer.
namespace billhook::simulator {

struct scenario_settings {
    std::size_t organizations = 200;
    int months = 3;  // how far back lives begin, at least
    std::uint64_t seed = 1;
    instant end{};       // no event lies after it
    std::string prefix;  // of every id; letters and digits
    bool livemode = false;
    std::set<std::string> kinds{};  // names of lives; empty: all
};

struct organization_life {
    std::string name;  // of the life, "grace" or "canceled_at_period_end"
    organization_id organization;
    std::optional<organization_row> row;
    // Null where Stripe is never heard of.
    std::unique_ptr<account> stripe;
    // A connected account whose events are forwarded, too: no business of the organization's.
    std::unique_ptr<account> merchant;
    std::size_t endpoints = 1;   // bodies of each event
    bool late_checkout = false;  // its Checkout session arrives last
    bool from_before = false;    // its subscriptions began unheard: a reading shows them

    [[nodiscard]] subject as_subject() const { return {organization, row, stripe.get()}; }
};

// The lives for these settings; the same ones again for the same settings and plans. `plans` must
// hold a plan with a lookup key, a price or a product. No answer changes from ten minutes before
// `end` to two hours after it by time alone.
[[nodiscard]] std::vector<organization_life> make_scenario(
    const scenario_settings& settings,
    const catalogue& plans
);

}  // namespace billhook::simulator
