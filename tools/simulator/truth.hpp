#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/types/ids.hpp"
#include "tools/simulator/account.hpp"
#include "tools/simulator/terms.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

// What Billhook must answer, from the simulator's own objects: the policy of plans.toml written a
// second time, small and apart from the worker's, over what Stripe told of (an event that was never
// sent is nothing that anybody could know).
namespace billhook::simulator {

// The row of public.organizations that the application would have made.
struct organization_row {
    instant created_at{};
    std::string stripe_customer;  // empty: null

    friend bool operator==(const organization_row&, const organization_row&) = default;
};

// A change that waits for its payment, until a time, or is scheduled, for a time.
struct waiting_change {
    std::string plan;  // empty: none matches
    std::optional<std::int64_t> quantity{};
    std::optional<instant> at{};
    std::optional<instant> until{};

    friend bool operator==(const waiting_change&, const waiting_change&) = default;
};

struct answer {
    std::string plan;  // empty: none matches
    std::string subscription_status;
    std::string access;
    std::string reason;
    bool unlisted = false;  // some living subscription is at prices that no list has
    std::optional<std::int64_t> quantity{};  // of the plan's items; empty: none has a number
    simulator::terms terms{};
    std::optional<waiting_change> waits{};

    friend bool operator==(const answer&, const answer&) = default;
};

struct subject {
    organization_id organization;
    std::optional<organization_row> row;
    const account* stripe = nullptr;  // all its customers are this organization's
};

// The answer at `at`, which must not lie before what was last told. Requires an account or a row.
[[nodiscard]] answer answer_at(const subject& of, const catalogue& plans, instant at);
// The same if all objects have been read besides. Requires an account.
[[nodiscard]] answer answer_once_read(const subject& of, const catalogue& plans, instant at);

// How long the organization may fail to pay, and what a pause gives it, on this plan (null: none).
struct patience_with {
    std::chrono::seconds grace{0};
    std::chrono::seconds restricted{0};
    bool exempt = false;
    // Access while paused: 2 full, 1 restricted, 0 none.
    int paused = 1;
    int paused_after_trial = 0;
};
[[nodiscard]] patience_with rules_of(
    const catalogue& plans,
    const organization_id& organization,
    const plan* sold
);

}  // namespace billhook::simulator
