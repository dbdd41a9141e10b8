#pragma once

#include "ingest/api/access/caller.hpp"
#include "ingest/api/calls/order.hpp"
#include "ingest/http/message.hpp"
#include "schemas/plans/catalogue.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the reading calls answer. Pure.
namespace billhook::api {

// A row of billing.organization_access. Times are RFC 3339 texts.
struct standing_row {
    organization_id organization;
    std::optional<std::string> plan;
    std::string subscription_status;
    std::string access;
    std::string reason;
    bool in_dunning = false;
    bool stale = false;
    bool unlisted = false;
    std::optional<std::string> grace_until;
    std::optional<std::string> restricted_until;
    std::optional<std::string> next_change_at;
    std::optional<std::string> renews_at;
    std::optional<std::string> cancels_at;
    std::optional<std::string> trial_ends_at;
    std::optional<std::int64_t> quantity;  // seats
    std::optional<std::string> billing_interval;
    std::optional<std::int64_t> billing_interval_count;
    std::optional<std::string> currency;
    std::optional<std::int64_t> amount_minor;
    std::string features = "{}";                // JSON: switches, limits, null: unlimited
    std::optional<std::string> pending_change;  // JSON
    std::optional<std::string> as_of;

    friend bool operator==(const standing_row&, const standing_row&) = default;
};

// Everything that a page needs to know of an organization. `required_action` says what somebody has
// to do, with the call that helps to an administrator, and to a member that it is not his to do.
// The ETag is that of the standing as it was judged, without `as_of`: it changes when time alone
// changes the standing. 304 if `if_none_match` (a header's value) has it.
[[nodiscard]] http::response standing_answer(
    const standing_row& of,
    const caller& who,
    std::optional<std::string_view> if_none_match
);

// Where a gate has its answer from: Postgres, or while that is away (away_gates.hpp).
enum class gate_basis : std::uint8_t { standing, last_answer, stated };
[[nodiscard]] std::string_view to_word(gate_basis basis);

// What billing.can and billing.limit_of say of one feature.
struct gate {
    std::string feature;
    std::string type;  // switch or limit
    bool allowed = false;
    std::optional<std::int64_t> limit;  // nothing: unlimited
    gate_basis basis = gate_basis::standing;

    friend bool operator==(const gate&, const gate&) = default;
};
[[nodiscard]] http::response gate_answer(const gate& of);

// What the plans are to one caller.
struct plans_for {
    std::optional<std::string> current;  // the plan's key
    bool pays = false;                   // it has a subscription that lives, not a trial alone
    bool trial_used = false;
    std::optional<std::string> currency{};  // in which it pays
};
// The plans in rising order: which is current, which is an upgrade or a downgrade from there, and
// whether the trial at Stripe is still to be had. `prices` are of each plan, in their order;
// nullptr if Stripe has not shown any yet.
[[nodiscard]] http::response plans_answer(
    const catalogue& plans,
    const plans_for& caller,
    const std::vector<shown_prices>* prices = nullptr
);

}  // namespace billhook::api
