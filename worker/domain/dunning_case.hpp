#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/columns.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

template <class Fact>
class fact_history;

// S.dunning_cases: one time in which a subscription's payment failed; (subscription, anchor) is the
// key. A case is a maximal union of failing invoices' and delinquent spells' times
// (worker/README.md, "The fold").
struct dunning_case {
    subscription_id subscription;
    instant anchor{};                 // the first instant; ages count from here
    std::optional<instant> ended_at;  // empty while the case is open
    // Every invoice of the union, settled or not, and the latest_invoice of each fact of its
    // spells, or "<subscription>@<first second of the spell>" for a fact that names none. Sorted,
    // unique.
    std::vector<std::string> members;
    instant last_failure{};  // the case's latest failure evidence
    // That failure demanded the customer to act, or the latest refusal was one after which Stripe
    // tries no more: waiting for retries helps nobody.
    bool action_required = false;
    bool paid = false;      // an invoice of the case was paid
    bool forgiven = false;  // a member was voided or written off

    friend bool operator==(const dunning_case&, const dunning_case&) = default;
};
void columns(row_of<dunning_case> auto& row, const auto& column) {
    column("subscription", row.subscription);
    column("anchor", row.anchor);
    column("ended_at", row.ended_at);
    column("members", row.members);
    column("last_failure", row.last_failure);
    column("action_required", row.action_required);
    column("paid", row.paid);
    column("forgiven", row.forgiven);
}

// Why Stripe paused a subscription (https://docs.stripe.com/changelog/endive/2026-09-30/
// pause-on-payment-failure). Told since 2026-09-30.endive; else concluded from what came before:
// before that a trial's end was the only way.
enum class pause_reason : std::uint8_t {
    failed_payment,  // the first failure of a renewal, or the last retry
    trial_over,      // a trial ended without a card
    requested,
    other,    // told in a word that means none of these
    not_told  // and nothing tells
};

[[nodiscard]] std::string_view to_word(pause_reason what);

// What an invoice's facts leave for ever (min and max over the set).
struct invoice_registers {
    std::optional<instant> first_failure;         // failure evidence: payment_failed,
    std::optional<instant> last_failure;          // payment_action_required, overdue
    std::optional<instant> last_action_required;  // the last failure that demanded to act (SCA)
    std::optional<instant> paid_at;               // first fact that says paid
    std::optional<instant> forgiven_at;           // first fact that says void or uncollectible
    instant first_seen{};

    friend bool operator==(const invoice_registers&, const invoice_registers&) = default;
};
[[nodiscard]] invoice_registers registers_of(std::span<const stripe::invoice_fact> facts);
[[nodiscard]] invoice_registers registers_of(const fact_history<stripe::invoice_fact>& facts);

// Stripe tells of a refusal and of the invoice's failure in separate events of one attempt, no
// further apart than this.
inline constexpr std::chrono::minutes same_attempt{1};

// What an invoice may do to a case.
enum class bearing : std::uint8_t {
    debt,           // a renewal's or a change's: its failure opens a case, its payment ends one
    first_payment,  // the status `incomplete` speaks for it; paid, it overtakes older ones
    aside           // a one-off, or of a change that is not made: nothing
};

// One invoice of a subscription, as far as cases ask.
struct case_invoice {
    invoice_id id;
    std::string_view billing_reason;  // empty if the body has none
    std::optional<instant> created;   // the invoice's own
    invoice_registers registers;
    bearing bears = bearing::debt;  // set by `dunning_of`
};

// Stripe says that money is owed, and has not ended the subscription: past_due or unpaid.
[[nodiscard]] bool is_delinquent(const stripe::subscription_fact& fact);
[[nodiscard]] bool is_paused(const stripe::subscription_fact& fact);

// A reading that says so of itself (messages/reading.hpp): a recovery by a write-off. An invoice
// denies it that failed in the same attempt: so its write-off was the end of dunning, which leaves
// the status as it is.
[[nodiscard]] bool is_assumed(const stripe::subscription_fact& fact);
[[nodiscard]] bool is_denied(
    const stripe::subscription_fact& said,
    const invoice_id& invoice,
    const std::optional<instant>& last_failure
);

// Everything of a subscription that its cases need. What is referred to has to outlive the call
// alone.
struct dunning_question {
    subscription_id subscription;
    const fact_history<stripe::subscription_fact>& told;
    std::vector<case_invoice> invoices;              // that name it, as far as they matter
    std::span<const stripe::decline_fact> declines;  // of its customer, likewise
    // Its customer's first deletion: Stripe cancels all subscriptions at once.
    std::optional<instant> customer_deleted_at;
};

struct dunning {
    std::vector<dunning_case> cases;    // ended and open, by anchor
    std::optional<instant> ended_at;    // the first terminal second
    std::optional<pause_reason> pause;  // if it is paused, by Stripe's last word
    // When that for which it was paused, a failed payment, was settled after all; empty while it is
    // owed.
    std::optional<instant> pause_settled_at;

    friend bool operator==(const dunning&, const dunning&) = default;
};

// Pure; no time is asked: a case that no fact has ended is open.
[[nodiscard]] dunning dunning_of(dunning_question asked);

}  // namespace billhook
