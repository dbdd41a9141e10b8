#pragma once

#include "tools/simulator/objects.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What an account and a sign-up on it are made with.
namespace billhook::simulator {

enum class card : std::uint8_t { none, good, declining, needs_action };
enum class dunning_end : std::uint8_t { cancel, unpaid, past_due, pause };
enum class resuming : std::uint8_t { with_invoice, without_payment };

struct account_settings {
    std::string prefix;     // stands in every id
    std::string connected;  // id of a connected account, whose events these are; empty: our own
    std::uint64_t seed = 1;
    // One an endpoint: each event has a body in each. Never empty.
    std::vector<std::string> api_versions{"2025-03-31.basil"};
    bool livemode = false;
    std::chrono::seconds period{0};  // zero: calendar months
    std::chrono::seconds collect_after{
        std::chrono::hours{1}};  // an invoice's age when it is charged
    // Automatic attempts after the first, counted from it, and what follows the last.
    std::vector<std::chrono::seconds> retries;
    dunning_end at_end = dunning_end::past_due;
    bool write_off = false;  // the last failure makes the invoice uncollectible
    // Pauses when a renewal first fails, this long after it; zero: without a word of past_due.
    std::optional<std::chrono::seconds> pause_after_failure;
};

struct subscribe_options {
    simulator::price price;
    std::int64_t quantity = 1;
    // Further items, without ids; one with a `period_end` is billed in a cycle of its own.
    std::vector<subscription_item> before, after;
    bool free_coupon = false;
    std::chrono::seconds trial{0};  // zero: none
    std::string missing_payment_method = "create_invoice";
    simulator::metadata metadata;
    bool flexible = false;
    bool shows_end_state = false;  // every event of a paid sign-up says "paid"
};

// A further phase of a schedule.
struct planned_phase {
    simulator::price price;
    std::int64_t quantity = 1;
    int periods = 1;  // how long
};

// What follows a schedule's present phase, and what the last.
struct arrangement {
    std::vector<planned_phase> next{};
    bool cancels = false;  // after the last phase; else the subscription goes on without it
    bool dates = false;    // where it cancels: and shows the date on the subscription
};

// An invoice beside the subscription's own.
struct one_off {
    std::string subscription;        // that it concerns; empty: none
    std::string reason = "manual";   // its billing_reason
    bool names_subscription = true;  // in its own field, else in its line alone
    bool moves_status = false;       // Stripe calls the subscription past_due for it
    std::int64_t amount_minor = 5000;
};

}  // namespace billhook::simulator
