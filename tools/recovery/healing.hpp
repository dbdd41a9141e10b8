#pragma once

#include "schemas/json/value.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/types/instant.hpp"
#include "worker/insight/delinquency.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// From an object as Stripe's API shows it to the records that bring the fold there. Pure.
namespace billhook {

// What Stripe showed of an object, and when. `livemode` is the key's: a deleted customer has none
// of its own.
struct shown {
    json::value object;
    instant as_of{};
    bool livemode = false;
};

// The object as a fact of the kind's plain `*.updated` as of the reading (`*.deleted` of a canceled
// subscription, a deleted customer). Nothing if it cannot be read.
[[nodiscard]] std::optional<stripe::customer_fact> customer_in(const shown& what);
[[nodiscard]] std::optional<stripe::subscription_fact> subscription_in(const shown& what);
[[nodiscard]] std::optional<stripe::invoice_fact> invoice_in(const shown& what);
[[nodiscard]] std::optional<stripe::schedule_fact> schedule_in(const shown& what);
// Whether a deleted customer lost its organization to a reading of its bare id, since what names it
// came later.
[[nodiscard]] bool forgets_organization(std::span<const stripe::customer_fact> ours);
// Of a paused subscription, if Stripe says since when.
[[nodiscard]] std::optional<instant> paused_at(const shown& what);
[[nodiscard]] collection collection_of(json::value invoice);

// Bodies to publish (schemas/messages/reading.hpp), and whether the fold will then agree with
// Stripe. What would not settle it is not published: the next pass would only say it again.
struct healing {
    std::vector<std::string> bodies;
    bool settles = false;
};

// What dates itself is told at its own instant, so that cases end when they ended: a cancellation
// at `ended_at`, a payment, voiding or writing-off at its `status_transitions`; all else as of the
// reading. Of an ambiguous object always also the latter. `ours`: the facts that are held.
// A customer whose beginning was not seen is told in any case.
[[nodiscard]] healing healing_of(const shown& what, std::span<const stripe::customer_fact> ours);
// `turns`: told as `customer.subscription.updated` of the subscription with that status and
// invoice; a pause as the subscription itself.
[[nodiscard]] healing healing_of(
    const shown& what,
    std::span<const stripe::subscription_fact> ours,
    std::span<const untold_turn> turns
);
// `failed_at`: an untold failure, told as `invoice.payment_failed` (or, where no charge was
// counted, `invoice.payment_action_required`) of the invoice when it was open.
[[nodiscard]] healing healing_of(
    const shown& what,
    std::span<const stripe::invoice_fact> ours,
    std::optional<instant> failed_at
);
// As of the reading. `ours`: the fact that is held (null: none).
[[nodiscard]] healing healing_of(const shown& what, const stripe::schedule_fact* ours);
// A completed Checkout session, told at its own `created`; nothing if it is another or cannot be
// read.
[[nodiscard]] std::optional<std::string> session_body(const shown& what);

}  // namespace billhook
