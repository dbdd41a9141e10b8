#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/instant.hpp"
#include "worker/domain/dunning_case.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// Since when a payment fails, as Stripe's present objects tell it: what was said in events that
// never came and are on no list any more.
namespace billhook {

// What an invoice of Stripe's says of its collection, beside its typed content.
struct collection {
    bool attempted = false;
    bool automatic = false;  // charge_automatically
};

// Stripe says past_due, unpaid or paused: an invoice that it tried in vain is owed. (What was owed
// before a pause still is, whatever it was paused for.)
[[nodiscard]] bool may_owe(const stripe::subscription_fact& theirs);

struct collected_invoice {
    stripe::invoice_fact fact;
    collection how;
    std::optional<instant> last_failure{};  // of it that we hold
};

// The second in which an invoice's collection first failed, if Stripe's object tells it and we hold
// no failure from then: its finalization, since an automatic charge follows at once. Only of a
// renewal's or a change's invoice that Stripe tried in vain, and only while its subscription may
// owe it: a guess here would cost a tenant days of grace.
[[nodiscard]] std::optional<instant> untold_failure(
    const invoice_registers& ours,
    const stripe::invoice_fact& theirs,
    const collection& how,
    bool subscription_may_owe
);

// A turn of a subscription's status that our facts of it lack.
enum class turned : std::uint8_t {
    active,
    past_due,
    paused,
    paused_for,  // that it was paused we hold; not for what, as versions before endive do not say
};
[[nodiscard]] std::string_view to_word(turned to);
struct untold_turn {
    instant at{};
    invoice_id invoice;  // the latest one then
    turned to = turned::active;
    bool assumed = false;  // by a write-off that may have been the end of dunning after all

    friend bool operator==(const untold_turn&, const untold_turn&) = default;
};

// A subscription as Stripe shows it.
struct shown_subscription {
    stripe::subscription_fact fact;
    std::optional<instant> paused_at;  // status_details.paused.transitioned_at
};

struct untold_past {
    std::vector<untold_turn> turns;  // by time
    // It is taken as active between a voiding or writing-off and the next failure, and no object of
    // Stripe's tells, nor any event that we hold.
    bool assumed = false;
};

// How a subscription that Stripe shows as past_due, unpaid or paused came to be so: the turns that
// are untold. `invoices`: all of the subscription at Stripe, in any order; `ours`: all
// facts that we hold of it.
// * It is past_due since the finalization of the newest invoice that was tried in vain (charges
//   follow at once; one made by hand only where the subscription names it as its latest), and of
//   each one before, as long as nothing ended that: its payment did; a voiding or writing-off did
//   unless a fact that we hold says past_due afterwards, or it came with the invoice's last
//   failure: then it was the end of dunning, which leaves the status as it is.
// * It was active from that end on, if it was past_due before. What we said of that ourselves and
//   a failure denies (worker/domain/dunning_case.hpp) counts for nothing.
// * It is paused since Stripe says so, and for what, where we do not hold that from then: what it
//   was paused for decides whether it owes, and since when.
// Not to be known from present objects, if these events were lost: that it was active between a
// write-off and the next failure, or that it was not (`assumed`: it costs nobody access); and what
// payments that need days to fail (bank debits) told when they did.
[[nodiscard]] untold_past untold_turns(
    const shown_subscription& theirs,
    std::span<const collected_invoice> invoices,
    std::span<const stripe::subscription_fact> ours
);

// Stripe says active of a subscription of which we hold an open case (`owes_since`: its anchor) and
// no turn that began it. Then Stripe's word, which ends what it said before, ends nothing: the turn
// to past_due that was untold. A failed charge always makes one, and Stripe has taken it back.
[[nodiscard]] std::optional<untold_turn> untold_recovery(
    const stripe::subscription_fact& theirs,
    std::span<const stripe::subscription_fact> ours,
    const std::optional<instant>& owes_since
);

}  // namespace billhook
