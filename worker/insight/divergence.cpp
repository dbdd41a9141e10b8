#include "worker/insight/divergence.hpp"

#include "worker/domain/snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace billhook {

using stripe::customer_fact;
using stripe::invoice_fact;
using stripe::schedule_fact;
using stripe::subscription_fact;

namespace {

using namespace std::chrono_literals;

// Stripe stamps the events of one act within seconds; a fact that lost to one of much later simply
// was true once.
constexpr auto disorder = 1min;

// Periods where the version keeps them: in the items, else at the top.
std::pair<std::optional<instant>, std::optional<instant>> period_of(
    const stripe::subscription_state& state
) {
    if (!state.items.empty() && state.items.front().period_end) {
        return {state.items.front().period_start, state.items.front().period_end};
    }
    return {state.period_start, state.period_end};
}

bool same_items(
    const std::vector<stripe::subscription_item>& a,
    const std::vector<stripe::subscription_item>& b
) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
        return std::tie(x.price, x.quantity) == std::tie(y.price, y.quantity);
    });
}

// A deleted subscription is canceled, whatever status it carries.
std::string_view status_of(const subscription_fact& fact) {
    return fact.within_second == stripe::place::last ? std::string_view("canceled")
                                                     : std::string_view(fact.state.status);
}

template <class Fact>
std::optional<divergence_cause> cause_of(
    std::span<const Fact> ours,
    const Fact& theirs,
    const object_context& around
) {
    const auto chosen = pick(ours);
    const auto untold =
        around.dead_letter ? divergence_cause::dead_letter : divergence_cause::missed;
    if (chosen.fact == nullptr) {
        return untold;
    }
    const bool agrees = agree(*chosen.fact, theirs);
    const auto says_the_same = [&](const Fact& fact) {
        return agree(fact, theirs) && fact.created + disorder > chosen.fact->created;
    };
    const bool was_told = std::ranges::any_of(ours, says_the_same);
    if (chosen.ambiguous && was_told) {
        return divergence_cause::ambiguous;
    }
    if (!agrees && chosen.fact->created > theirs.created && !is_terminal(theirs)) {
        return std::nullopt;
    }
    if (!agrees) {
        return was_told ? divergence_cause::stale : untold;
    }
    return around.mapped ? std::nullopt : std::optional(divergence_cause::unmapped);
}

}  // namespace

std::string_view to_word(divergence_cause why) {
    switch (why) {
        case divergence_cause::missed:
            return "missed";
        case divergence_cause::dead_letter:
            return "dead_letter";
        case divergence_cause::stale:
            return "stale";
        case divergence_cause::untold:
            return "untold";
        case divergence_cause::ambiguous:
            return "ambiguous";
        case divergence_cause::unmapped:
            return "unmapped";
        case divergence_cause::gone:
            return "gone";
        case divergence_cause::misnamed:
            return "misnamed";
        case divergence_cause::assumed:
            return "assumed";
        case divergence_cause::unreadable:
            return "unreadable";
    }
    return "";
}

bool agree(const subscription_fact& a, const subscription_fact& b) {
    if (is_terminal(a) || is_terminal(b)) {
        return status_of(a) == status_of(b);
    }
    const auto rest = [](const stripe::subscription_state& s) {
        return std::tie(
            s.status,
            s.customer,
            s.latest_invoice,
            s.trial_end,
            s.cancel_at,
            s.cancel_at_period_end,
            s.organization,
            s.created,
            s.pending_update_until
        );
    };
    return rest(a.state) == rest(b.state) && same_items(a.state.items, b.state.items) &&
           period_of(a.state) == period_of(b.state);
}

bool agree(const invoice_fact& a, const invoice_fact& b) {
    if (is_terminal(a) || is_terminal(b)) {
        return a.state.status == b.state.status;
    }
    const auto rest = [](const stripe::invoice_state& s) {
        return std::tie(
            s.status,
            s.customer,
            s.subscription,
            s.billing_reason,
            s.attempt_count,
            s.amount_due,
            s.amount_remaining,
            s.currency,
            s.finalized_at,
            s.created
        );
    };
    return rest(a.state) == rest(b.state);
}

bool agree(const customer_fact& a, const customer_fact& b) {
    return is_terminal(a) == is_terminal(b) && (is_terminal(a) || a.state == b.state);
}

bool agree(const schedule_fact& a, const schedule_fact& b) {
    if (a.over || b.over) {
        return a.over == b.over;
    }
    const auto rest = [](const schedule_fact& s) {
        return std::tie(s.customer, s.subscription, s.phase_start, s.next_at, s.ends_at);
    };
    return rest(a) == rest(b) && same_items(a.next_items, b.next_items);
}

std::optional<divergence_cause> divergence_of(
    std::span<const subscription_fact> ours,
    const subscription_fact& theirs,
    const object_context& around
) {
    return cause_of(ours, theirs, around);
}

std::optional<divergence_cause> divergence_of(
    std::span<const invoice_fact> ours,
    const invoice_fact& theirs,
    const object_context& around
) {
    return cause_of(ours, theirs, around);
}

std::optional<divergence_cause> divergence_of(
    std::span<const customer_fact> ours,
    const customer_fact& theirs,
    const object_context& around
) {
    return cause_of(ours, theirs, around);
}

std::optional<divergence_cause> divergence_of(
    const schedule_fact* ours,
    const schedule_fact& theirs,
    const object_context& around
) {
    const bool says_nothing = ours == nullptr && theirs.over;
    if (says_nothing || (ours != nullptr && agree(*ours, theirs))) {
        return std::nullopt;
    }
    if (ours != nullptr && ours->event_created > theirs.event_created && !theirs.over) {
        return std::nullopt;
    }
    if (ours != nullptr && ours->over) {
        return divergence_cause::stale;
    }
    return around.dead_letter ? divergence_cause::dead_letter : divergence_cause::missed;
}

}  // namespace billhook
