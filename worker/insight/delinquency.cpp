#include "worker/insight/delinquency.hpp"

#include "schemas/messages/reading.hpp"
#include "worker/domain/snapshot.hpp"

#include <algorithm>
#include <chrono>

namespace billhook {

using stripe::invoice_fact;
using stripe::subscription_fact;

namespace {

using namespace std::chrono_literals;

// Between a finalization and the charge that follows it.
constexpr auto charge_delay = 1h;

bool is_due_by_itself(const stripe::invoice_state& state) {
    return state.billing_reason == "subscription_cycle" ||
           state.billing_reason == "subscription_update" ||
           state.billing_reason == "subscription_threshold";
}

// An invoice that Stripe charged by itself, and how that went.
struct charged {
    invoice_id id;
    instant created{};
    instant from{};  // its finalization
    std::optional<instant> paid_at;
    std::optional<instant> settled_at;  // paid, voided or written off
    bool written_off = false;
    [[nodiscard]] bool failed() const { return !paid_at || *paid_at > from + charge_delay; }
};

// One that nobody counts (a bill by hand), unless Stripe shows a past_due subscription that names
// it as its latest: then its failure is what moved the status.
bool is_blamed(const stripe::invoice_fact& what, const subscription_fact& theirs) {
    return theirs.state.latest_invoice == what.id && what.state.status != "paid" &&
           what.state.billing_reason != "subscription_create";
}

// By hand it ends what was owed; with the last failure it is the end of dunning, and no recovery.
std::optional<instant> end_by_write_off(const collected_invoice& what) {
    const auto& at = what.fact.state.marked_uncollectible_at;
    const bool is_end_of_dunning =
        at && what.last_failure && std::chrono::abs(*at - *what.last_failure) <= same_attempt;
    return is_end_of_dunning ? std::nullopt : at;
}

std::optional<charged> charged_in(const collected_invoice& what, const subscription_fact& theirs) {
    const auto& state = what.fact.state;
    const bool is_put_away = state.status != "open" && state.status != "paid" &&
                             !what.how.attempted;  // while collection was paused
    if ((!is_due_by_itself(state) && !is_blamed(what.fact, theirs)) || !what.how.automatic ||
        is_put_away || state.status == "draft" || !state.finalized_at ||
        (state.status == "open" && !what.how.attempted)) {
        return std::nullopt;
    }
    charged made{
        what.fact.id,
        state.created.value_or(*state.finalized_at),
        *state.finalized_at,
        std::nullopt,
        std::nullopt,
        state.status == "uncollectible"};
    if (state.status == "paid") {
        made.paid_at = made.settled_at = state.paid_at.value_or(made.from);
    } else if (state.status == "void") {
        made.settled_at = state.voided_at;
    } else if (state.status == "uncollectible") {
        made.settled_at = end_by_write_off(what);
    }
    return made;
}

// Oldest first.
std::vector<charged> all_charged(
    std::span<const collected_invoice> invoices,
    const subscription_fact& theirs
) {
    std::vector<charged> all;
    for (const auto& each : invoices) {
        if (auto made = charged_in(each, theirs)) {
            all.push_back(*std::move(made));
        }
    }
    std::ranges::sort(all, {}, [](const charged& one) { return std::pair{one.created, one.id}; });
    return all;
}

// What a subscription's own facts say, second by second.
class told_history {
public:
    explicit told_history(
        std::span<const subscription_fact> facts,
        std::span<const collected_invoice> invoices = {}
    )
        : seconds_(last_of_each_second(facts)) {
        std::erase_if(seconds_, [&](const auto& each) {
            return std::ranges::any_of(invoices, [&](const collected_invoice& one) {
                return is_denied(*each.fact, one.fact.id, one.last_failure);
            });
        });
    }

    // The last word in [from, until): delinquent or not; nothing if there is none. A pause settles
    // nothing and says nothing.
    [[nodiscard]] std::optional<bool> between(instant from, instant until) const {
        std::optional<bool> said;
        for (const auto& each : seconds_) {
            if (from <= each.fact->created && each.fact->created < until &&
                !is_paused(*each.fact)) {
                said = is_delinquent(*each.fact);
            }
        }
        return said;
    }
    [[nodiscard]] std::optional<bool> before(instant at) const {
        return between(instant::min(), at);
    }
    // Whether anything is said in [from, until) but by a reading that was dated back to `from`.
    [[nodiscard]] bool is_known(instant from, instant until) const {
        return std::ranges::any_of(seconds_, [&](const auto& each) {
            const auto at = each.fact->created;
            return from <= at && at < until && !is_paused(*each.fact) &&
                   (at != from || !is_reading(each.fact->event));
        });
    }
    [[nodiscard]] bool denies_after(instant at) const {
        return std::ranges::any_of(seconds_, [at](const auto& each) {
            return each.fact->created > at && !is_delinquent(*each.fact) && !is_paused(*each.fact);
        });
    }
    // A pause in place of past_due is as good.
    [[nodiscard]] bool turns_delinquent_within(instant from, instant until) const {
        return std::ranges::any_of(seconds_, [&](const auto& each) {
            return from <= each.fact->created && each.fact->created <= until && may_owe(*each.fact);
        });
    }
    [[nodiscard]] bool says_otherwise_at(instant at) const {
        return std::ranges::any_of(seconds_, [at](const auto& each) {
            return each.fact->created == at && !is_paused(*each.fact);
        });
    }
    // The first second from `at` of which nothing is held: there a fact is in nobody's way.
    [[nodiscard]] instant free_from(instant at) const {
        const auto is_at = [&](const auto& each) { return each.fact->created == at; };
        while (std::ranges::any_of(seconds_, is_at)) {
            at += 1s;
        }
        return at;
    }

private:
    std::vector<current<subscription_fact>> seconds_;
};

// Whether the delinquency of `later` goes on from that of `earlier`; empty: nothing tells.
std::optional<bool> continues(
    const charged& earlier,
    const charged& later,
    const told_history& told
) {
    if (!earlier.failed()) {
        return false;
    }
    auto from = earlier.from + charge_delay;
    if (earlier.settled_at) {
        from = std::max(from, *earlier.settled_at);
    }
    const bool is_settled = earlier.settled_at && *earlier.settled_at < later.from;
    if (is_settled && !earlier.paid_at && !told.is_known(from, later.from)) {
        return std::nullopt;
    }
    return told.between(from, later.from).value_or(!is_settled);
}

// To past_due, and to active before it.
untold_past untold_debt(
    const shown_subscription& theirs,
    std::span<const collected_invoice> invoices,
    const told_history& told
) {
    const auto all = all_charged(invoices, theirs.fact);
    if (!may_owe(theirs.fact) || all.empty() || !all.back().failed() ||
        (all.back().paid_at && theirs.fact.state.latest_invoice != all.back().id)) {
        return {};
    }
    const auto& last = all.back();
    const auto& paused_at = theirs.paused_at;
    const bool is_paused_without_debt =
        is_paused(theirs.fact) && (!paused_at || *paused_at <= last.from + charge_delay ||
                                   (last.settled_at && *last.settled_at <= *paused_at));
    if (is_paused_without_debt) {
        return {};  // or the pause itself tells of the failure
    }
    auto first = all.end() - 1;
    while (first != all.begin() && continues(*(first - 1), *first, told).value_or(false)) {
        --first;
    }
    untold_past past;
    auto& turns = past.turns;
    if (first != all.begin()) {
        const charged& before = *(first - 1);
        const auto& ended = before.settled_at;
        const bool is_untold =
            before.failed() && ended && *ended < first->from && !told.between(*ended, first->from);
        if (is_untold && told.before(*ended).value_or(false)) {
            turns.push_back({*ended, before.id, turned::active, before.written_off});
        }
        past.assumed = !continues(before, *first, told);
    }
    // Active after it was charged: it failed later, when, no object tells.
    if (told.denies_after(first->from + charge_delay)) {
        return past;
    }
    const bool recovered = !turns.empty();
    if (!told.turns_delinquent_within(first->from, first->from + charge_delay) &&
        (recovered || !told.before(first->from).value_or(false))) {
        turns.push_back({told.free_from(first->from), first->id, turned::past_due});
    }
    return past;
}

std::optional<untold_turn> untold_pause(
    const shown_subscription& theirs,
    std::span<const subscription_fact> ours,
    const told_history& told
) {
    if (!is_paused(theirs.fact) || !theirs.paused_at) {
        return std::nullopt;
    }
    const instant at = *theirs.paused_at;
    const auto& why = theirs.fact.state.paused_for;
    bool is_told = false;
    bool is_why_told = !why;
    for (const auto& each : ours) {
        if (is_paused(each) && each.created >= at) {
            is_told = is_told || each.created <= at + same_attempt;
            is_why_told = is_why_told || each.state.paused_for == why;
        }
    }
    if (is_told && is_why_told) {
        return std::nullopt;
    }
    return untold_turn{
        told.says_otherwise_at(at) ? told.free_from(at) : at,
        theirs.fact.state.latest_invoice.value_or(invoice_id()),
        is_told ? turned::paused_for : turned::paused};
}

}  // namespace

std::string_view to_word(turned to) {
    switch (to) {
        case turned::active:
            return "active";
        case turned::past_due:
            return "past_due";
        case turned::paused:
            return "paused";
        case turned::paused_for:
            return "paused_for";
    }
    return "";
}

bool may_owe(const subscription_fact& theirs) {
    return is_delinquent(theirs) || is_paused(theirs);
}

std::optional<instant> untold_failure(
    const invoice_registers& ours,
    const invoice_fact& theirs,
    const collection& how,
    bool subscription_may_owe
) {
    const auto& state = theirs.state;
    const bool is_owed = state.status == "open" || state.status == "uncollectible";
    const bool tells = is_owed && is_due_by_itself(state) && how.attempted && how.automatic &&
                       subscription_may_owe && state.finalized_at;
    if (!tells ||
        (ours.first_failure && *ours.first_failure <= *state.finalized_at + charge_delay)) {
        return std::nullopt;
    }
    return state.finalized_at;
}

untold_past untold_turns(
    const shown_subscription& theirs,
    std::span<const collected_invoice> invoices,
    std::span<const subscription_fact> ours
) {
    const told_history told(ours, invoices);
    auto past = untold_debt(theirs, invoices, told);
    if (const auto pause = untold_pause(theirs, ours, told)) {
        past.turns.push_back(*pause);
    }
    return past;
}

std::optional<untold_turn> untold_recovery(
    const subscription_fact& theirs,
    std::span<const subscription_fact> ours,
    const std::optional<instant>& owes_since
) {
    const told_history told(ours);
    if (!owes_since || theirs.state.status != "active" || is_terminal(theirs) ||
        told.turns_delinquent_within(*owes_since, theirs.created)) {
        return std::nullopt;
    }
    return untold_turn{
        told.free_from(*owes_since),
        theirs.state.latest_invoice.value_or(invoice_id()),
        turned::past_due};
}

}  // namespace billhook
