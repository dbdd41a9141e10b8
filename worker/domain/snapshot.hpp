#pragma once

#include "schemas/stripe/facts.hpp"

#include <span>
#include <vector>

// Which fact of a set is the current one (worker/README.md, "The fold"). Chosen from the whole set,
// so the order of arrival cannot matter; facts are unique by event id.
namespace billhook {

// `fact` points into the span that was given, nullptr only for an empty one. `ambiguous`: the facts
// of one second could not be put in order by what they say; reconcile has to look.
template <class Fact>
struct current {
    const Fact* fact = nullptr;
    bool ambiguous = false;
};

[[nodiscard]] current<stripe::subscription_fact> pick(
    std::span<const stripe::subscription_fact> facts
);
[[nodiscard]] current<stripe::invoice_fact> pick(std::span<const stripe::invoice_fact> facts);
[[nodiscard]] current<stripe::customer_fact> pick(std::span<const stripe::customer_fact> facts);

// Of facts of one second, at least one. `before` is the object's last state before that second,
// null if there is none; it is asked only where the facts alone do not tell (then `ambiguous`).
[[nodiscard]] current<stripe::subscription_fact> last_of_second(
    const std::vector<const stripe::subscription_fact*>& facts,
    const stripe::subscription_fact* before
);
[[nodiscard]] current<stripe::invoice_fact> last_of_second(
    const std::vector<const stripe::invoice_fact*>& facts,
    const stripe::invoice_fact* before
);
[[nodiscard]] current<stripe::customer_fact> last_of_second(
    const std::vector<const stripe::customer_fact*>& facts,
    const stripe::customer_fact* before
);

// The last state of each second in which there was a fact, ascending.
[[nodiscard]] std::vector<current<stripe::subscription_fact>> last_of_each_second(
    std::span<const stripe::subscription_fact> facts
);

// Stripe does not lead out of these: every *.deleted, canceled and incomplete_expired
// subscriptions, paid and void invoices.
[[nodiscard]] bool is_terminal(const stripe::subscription_fact& fact);
[[nodiscard]] bool is_terminal(const stripe::invoice_fact& fact);
[[nodiscard]] bool is_terminal(const stripe::customer_fact& fact);

// The same fact, told twice: of two bodies under one event id the greater by (api version, created,
// typed content) is kept.
[[nodiscard]] bool is_greater(
    const stripe::subscription_fact& a,
    const stripe::subscription_fact& b
);
[[nodiscard]] bool is_greater(const stripe::invoice_fact& a, const stripe::invoice_fact& b);
[[nodiscard]] bool is_greater(const stripe::customer_fact& a, const stripe::customer_fact& b);

}  // namespace billhook
