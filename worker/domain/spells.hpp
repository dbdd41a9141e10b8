#pragma once

#include "worker/domain/dunning_case.hpp"
#include "worker/domain/fact_history.hpp"

#include <optional>
#include <span>
#include <vector>

// Inside of `dunning_of`: the times in which a subscription's own history says that money is owed.
namespace billhook {

// [from, until), open-ended if `until` is empty.
struct span_of_time {
    instant from{};
    std::optional<instant> until;
};

// The earlier of two instants of which either may never come.
[[nodiscard]] std::optional<instant> earlier(std::optional<instant> a, std::optional<instant> b);
[[nodiscard]] bool begins_before(instant at, const std::optional<instant>& end);
[[nodiscard]] bool within(instant at, const span_of_time& span);

// From its first fact that says past_due, unpaid, or paused for a failed payment, to the first
// later one that says otherwise (`paused` does not).
struct spell {
    span_of_time during;
    // That later fact, if it ends nothing for good: Stripe's word that all is well, which settles
    // every invoice that failed before it.
    std::optional<instant> cleared_at;
    // Of it, what no payment has ended: each fact carries it on to the next one, but not beyond the
    // payment of the invoice that it names, if that came in the spell's first second or later.
    std::vector<span_of_time> carried;
    // The payment that ends the last fact's part.
    std::optional<instant> paid_at;
};

struct history_of_spells {
    std::vector<spell> spells;          // by time
    std::optional<pause_reason> pause;  // of the pause that is in force: nothing came after it
};

// `invoices`: those of `dunning_of`, weighed.
[[nodiscard]] history_of_spells spells_of(
    const fact_history<stripe::subscription_fact>& told,
    std::span<const case_invoice> invoices
);

// [first failure, settled) of an invoice that counts, by itself and by the spells that were
// cleared; nothing if it never failed while it was owed.
[[nodiscard]] std::optional<span_of_time> failing(
    const case_invoice& invoice,
    std::span<const case_invoice> invoices,
    std::span<const spell> spells
);

}  // namespace billhook
