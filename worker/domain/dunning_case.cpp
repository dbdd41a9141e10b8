#include "worker/domain/dunning_case.hpp"

#include "worker/domain/snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace billhook {

using stripe::evidence;
using stripe::subscription_fact;

namespace {

// [from, until), open-ended if `until` is empty.
struct span_of_time {
    instant from{};
    std::optional<instant> until;
};

// A time in which the subscription's own history says past_due or unpaid.
struct spell {
    span_of_time during;
    // The first later fact that says otherwise and ends nothing for good: Stripe's word that all is
    // well, which settles what failed before it.
    std::optional<instant> cleared_at;
};

// The earlier of two instants of which either may never come.
std::optional<instant> earlier(std::optional<instant> a, std::optional<instant> b) {
    if (!a || !b) {
        return a ? a : b;
    }
    return std::min(*a, *b);
}

bool begins_before(instant at, const std::optional<instant>& end) {
    return !end || at < *end;
}

std::vector<spell> spells_of(
    std::span<const subscription_fact> facts,
    std::span<const case_invoice> invoices
) {
    std::vector<spell> spells;
    const subscription_fact* last = nullptr;  // of the running spell
    const auto close = [&](std::optional<instant> at) {
        // The money is there when the invoice that the spell's last fact names is paid later.
        for (const auto& invoice : invoices) {
            if (last->state.latest_invoice == invoice.id && invoice.registers.paid_at &&
                *invoice.registers.paid_at > last->created) {
                at = earlier(at, invoice.registers.paid_at);
            }
        }
        spells.back().during.until = at;
    };
    for (const auto& second : last_of_each_second(facts)) {
        const auto& fact = *second.fact;
        if (is_delinquent(fact)) {
            if (last == nullptr) {
                spells.push_back({
                    {fact.created, std::nullopt},
                    std::nullopt
                });
            }
            last = &fact;
        } else if (last != nullptr) {
            if (!is_terminal(fact)) {
                spells.back().cleared_at = fact.created;
            }
            close(fact.created);
            last = nullptr;
        }
    }
    if (last != nullptr) {
        close(std::nullopt);
    }
    return spells;
}

// When a newer invoice of the subscription was paid: from then on this one counts no more.
std::optional<instant> overtaken_at(
    const case_invoice& invoice,
    std::span<const case_invoice> invoices
) {
    std::optional<instant> at;
    for (const auto& newer : invoices) {
        if (newer.created && invoice.created && *newer.created > *invoice.created &&
            newer.billing_reason != "manual") {
            at = earlier(at, newer.registers.paid_at);
        }
    }
    return at;
}

std::optional<span_of_time> failing(
    const case_invoice& invoice,
    std::span<const case_invoice> invoices,
    std::span<const spell> spells
) {
    const auto& registers = invoice.registers;
    if (!registers.first_failure || invoice.billing_reason == "subscription_create") {
        return std::nullopt;
    }
    auto settled = earlier(registers.paid_at, registers.forgiven_at);
    settled = earlier(settled, overtaken_at(invoice, invoices));
    for (const auto& spell : spells) {
        if (spell.cleared_at && *registers.first_failure < *spell.cleared_at) {
            settled = earlier(settled, spell.cleared_at);
        }
    }
    if (!begins_before(*registers.first_failure, settled)) {
        return std::nullopt;
    }
    return span_of_time{*registers.first_failure, settled};
}

std::optional<instant> first_terminal(std::span<const subscription_fact> facts) {
    std::optional<instant> first;
    for (const auto& fact : facts) {
        if (is_terminal(fact)) {
            first = earlier(first, fact.created);
        }
    }
    return first;
}

// Cut at the subscription's end; what would begin there or later is nothing.
void cut(std::vector<span_of_time>& spans, const std::optional<instant>& end) {
    std::erase_if(spans, [&](const span_of_time& s) { return !begins_before(s.from, end); });
    for (auto& one : spans) {
        one.until = earlier(one.until, end);
    }
}

std::vector<span_of_time> united(std::vector<span_of_time> spans) {
    std::sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) {
        return a.from < b.from;
    });
    std::vector<span_of_time> all;
    for (const auto& one : spans) {
        if (all.empty() || (all.back().until && *all.back().until < one.from)) {
            all.push_back(one);
        } else if (all.back().until && (!one.until || *all.back().until < *one.until)) {
            all.back().until = one.until;
        }
    }
    return all;
}

bool within(instant at, const span_of_time& span) {
    return span.from <= at && begins_before(at, span.until);
}

std::string stand_in_member(
    const subscription_id& subscription,
    instant at,
    std::span<const spell> spells
) {
    for (const auto& spell : spells) {
        if (within(at, spell.during)) {
            at = spell.during.from;
        }
    }
    return fmt::format("{}@{}", subscription.text(), to_unix_seconds(at));
}

struct failing_invoice {
    const case_invoice* invoice;
    span_of_time during;
};

// Stripe tells of the refusal and of the invoice's failure in separate events of one attempt.
constexpr std::chrono::minutes same_attempt{1};

// Whether the decline belongs to a failure of the case: it names the invoice, or, where it names
// none, it comes with one.
bool belongs(
    const stripe::decline_fact& decline,
    const dunning_case& one,
    std::span<const failing_invoice> failures
) {
    const span_of_time whole{one.anchor, one.ended_at};
    return std::ranges::any_of(failures, [&](const failing_invoice& failure) {
        if (!within(failure.during.from, whole)) {
            return false;
        }
        if (decline.invoice) {
            return *decline.invoice == failure.invoice->id;
        }
        const auto& registers = failure.invoice->registers;
        return std::chrono::abs(decline.created - *registers.first_failure) <= same_attempt ||
               std::chrono::abs(decline.created - *registers.last_failure) <= same_attempt;
    });
}

bool last_refused_for_good(
    const dunning_case& one,
    std::span<const failing_invoice> failures,
    std::span<const stripe::decline_fact> declines
) {
    // Of one second the hard one counts, whatever else is said.
    std::pair<instant, bool> last{instant::min(), false};
    for (const auto& decline : declines) {
        if (belongs(decline, one, failures)) {
            last = std::max(last, std::pair{decline.created, is_hard(decline)});
        }
    }
    return last.second;
}

// Says of a case what its invoices and facts tell.
void describe(
    dunning_case& one,
    std::span<const subscription_fact> facts,
    std::span<const case_invoice> invoices,
    std::span<const failing_invoice> failures,
    std::span<const stripe::decline_fact> declines,
    std::span<const spell> spells
) {
    const span_of_time whole{one.anchor, one.ended_at};
    std::set<std::string> members;
    one.last_failure = one.anchor;
    std::optional<instant> last_demand;
    for (const auto& [invoice, during] : failures) {
        if (!within(during.from, whole)) {
            continue;
        }
        members.insert(invoice->id.text());
        one.last_failure = std::max(one.last_failure, *invoice->registers.last_failure);
        last_demand = std::max(last_demand, invoice->registers.last_action_required);
    }
    one.action_required = (last_demand && *last_demand == one.last_failure) ||
                          last_refused_for_good(one, failures, declines);
    for (const auto& fact : facts) {
        if (!is_delinquent(fact) || !within(fact.created, whole)) {
            continue;
        }
        members.insert(
            fact.state.latest_invoice ? fact.state.latest_invoice->text()
                                      : stand_in_member(one.subscription, fact.created, spells)
        );
    }
    for (const auto& invoice : invoices) {
        if (members.contains(invoice.id.text())) {
            const auto& registers = invoice.registers;
            one.paid = one.paid || (registers.paid_at && *registers.paid_at >= one.anchor);
            one.forgiven = one.forgiven || registers.forgiven_at.has_value();
        }
    }
    one.members.assign(members.begin(), members.end());
}

}  // namespace

bool is_delinquent(const subscription_fact& fact) {
    return !is_terminal(fact) && (fact.state.status == "past_due" || fact.state.status == "unpaid");
}

invoice_registers registers_of(std::span<const stripe::invoice_fact> facts) {
    invoice_registers all;
    std::optional<instant> first_seen;
    for (const auto& fact : facts) {
        const std::optional<instant> at{fact.created};
        first_seen = earlier(first_seen, at);
        if (fact.says != evidence::none) {
            all.first_failure = earlier(all.first_failure, at);
            all.last_failure = std::max(all.last_failure, at);
        }
        if (fact.says == evidence::payment_action_required) {
            all.last_action_required = std::max(all.last_action_required, at);
        }
        if (fact.state.status == "paid") {
            all.paid_at = earlier(all.paid_at, at);
        }
        if (fact.state.status == "void" || fact.state.status == "uncollectible") {
            all.forgiven_at = earlier(all.forgiven_at, at);
        }
    }
    all.first_seen = first_seen.value_or(instant{});
    return all;
}

std::vector<dunning_case> cases_of(
    const subscription_id& subscription,
    std::span<const subscription_fact> facts,
    std::span<const case_invoice> invoices,
    std::span<const stripe::decline_fact> declines
) {
    const auto spells = spells_of(facts, invoices);
    std::vector<failing_invoice> failures;
    std::vector<span_of_time> spans;
    for (const auto& one : spells) {
        spans.push_back(one.during);
    }
    for (const auto& invoice : invoices) {
        if (const auto during = failing(invoice, invoices, spells)) {
            failures.push_back({&invoice, *during});
            spans.push_back(*during);
        }
    }
    cut(spans, first_terminal(facts));
    std::vector<dunning_case> cases;
    for (const auto& whole : united(std::move(spans))) {
        dunning_case one;
        one.subscription = subscription;
        one.anchor = whole.from;
        one.ended_at = whole.until;
        describe(one, facts, invoices, failures, declines, spells);
        cases.push_back(std::move(one));
    }
    return cases;
}

}  // namespace billhook
