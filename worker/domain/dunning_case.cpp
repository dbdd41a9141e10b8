#include "worker/domain/dunning_case.hpp"

#include "worker/domain/fact_history.hpp"
#include "worker/domain/spells.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace billhook {

using stripe::evidence;
using stripe::invoice_fact;
using stripe::subscription_fact;

namespace {

std::optional<instant> first_terminal(const fact_history<subscription_fact>& told) {
    std::optional<instant> first;
    told.each_fact([&](const subscription_fact& fact) {
        if (is_terminal(fact)) {
            first = earlier(first, fact.created);
        }
    });
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

// Which invoices are nobody's debt of the plan: made by hand, or for a change that Stripe keeps
// aside until it is paid (https://docs.stripe.com/billing/subscriptions/pending-updates).
void weigh(std::vector<case_invoice>& invoices, const fact_history<subscription_fact>& told) {
    std::set<invoice_id> pending;
    told.each_fact([&](const subscription_fact& fact) {
        if (fact.state.pending_update_until && fact.state.latest_invoice) {
            pending.insert(*fact.state.latest_invoice);
        }
    });
    for (auto& invoice : invoices) {
        const auto& why = invoice.billing_reason;
        const bool of_pending_update = why == "subscription_update" && pending.contains(invoice.id);
        if (why == "manual" || why == "automatic_pending_invoice_item_invoice" ||
            of_pending_update) {
            invoice.bears = bearing::aside;
        } else if (why == "subscription_create" || why == "quote_accept") {
            invoice.bears = bearing::first_payment;
        } else {
            invoice.bears = bearing::debt;
        }
    }
}

bool is_in_a_spell(instant at, std::span<const spell> spells) {
    return std::ranges::any_of(spells, [&](const spell& one) { return within(at, one.during); });
}

// What stands for a fact of a case's spells. A one-off invoice does only if Stripe calls the
// subscription past_due or unpaid for it.
std::string member_of(
    const subscription_fact& fact,
    const dunning_question& asked,
    std::span<const spell> spells
) {
    const auto& named = fact.state.latest_invoice;
    const bool is_aside =
        is_paused(fact) && std::ranges::any_of(asked.invoices, [&](const case_invoice& each) {
            return named == each.id && each.bears == bearing::aside;
        });
    return named && !is_aside ? named->text()
                              : stand_in_member(asked.subscription, fact.created, spells);
}

// Says of a case what its invoices and facts tell.
void describe(
    dunning_case& one,
    const dunning_question& asked,
    std::span<const failing_invoice> failures,
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
                          last_refused_for_good(one, failures, asked.declines);
    instant since{};  // seconds of which none turns tell the same, from the first to the last
    for (const auto& [at, second] : asked.told.all()) {
        since = second.turns ? at : since;
        for (const auto& fact : second.facts) {
            const bool tells =
                is_delinquent(fact) || (is_paused(fact) && is_in_a_spell(at, spells));
            if (tells && at >= whole.from && begins_before(since, whole.until)) {
                members.insert(member_of(fact, asked, spells));
            }
        }
    }
    for (const auto& invoice : asked.invoices) {
        if (members.contains(invoice.id.text())) {
            const auto& registers = invoice.registers;
            one.paid = one.paid || (registers.paid_at && *registers.paid_at >= one.anchor);
            one.forgiven = one.forgiven || registers.forgiven_at.has_value();
        }
    }
    one.members.assign(members.begin(), members.end());
}

class register_book {
public:
    void add(const invoice_fact& fact) {
        const std::optional<instant> at{fact.created};
        first_seen_ = earlier(first_seen_, at);
        if (fact.says != evidence::none) {
            all_.first_failure = earlier(all_.first_failure, at);
            all_.last_failure = std::max(all_.last_failure, at);
        }
        if (fact.says == evidence::payment_action_required) {
            all_.last_action_required = std::max(all_.last_action_required, at);
        }
        if (fact.state.status == "paid") {
            all_.paid_at = earlier(all_.paid_at, at);
        }
        if (fact.state.status == "void" || fact.state.status == "uncollectible") {
            all_.forgiven_at = earlier(all_.forgiven_at, at);
        }
    }
    [[nodiscard]] invoice_registers take() {
        all_.first_seen = first_seen_.value_or(instant{});
        return all_;
    }

private:
    invoice_registers all_;
    std::optional<instant> first_seen_;
};

// When nothing of a spell that still runs was owed any more.
std::optional<instant> settlement_of(const spell& last, std::span<const dunning_case> cases) {
    if (cases.empty() || (cases.back().ended_at && *cases.back().ended_at < last.during.from)) {
        return last.paid_at;
    }
    return cases.back().ended_at;
}

}  // namespace

std::string_view to_word(pause_reason what) {
    switch (what) {
        case pause_reason::failed_payment:
            return "failed_payment";
        case pause_reason::trial_over:
            return "trial_over";
        case pause_reason::requested:
            return "requested";
        case pause_reason::other:
            return "other";
        case pause_reason::not_told:
            return "not_told";
    }
    return {};
}

bool is_delinquent(const subscription_fact& fact) {
    return !is_terminal(fact) && (fact.state.status == "past_due" || fact.state.status == "unpaid");
}

bool is_paused(const subscription_fact& fact) {
    return !is_terminal(fact) && fact.state.status == "paused";
}

bool is_assumed(const subscription_fact& fact) {
    return fact.says == evidence::assumed;
}

bool is_denied(
    const subscription_fact& said,
    const invoice_id& invoice,
    const std::optional<instant>& last_failure
) {
    return is_assumed(said) && said.state.latest_invoice == invoice && last_failure &&
           std::chrono::abs(said.created - *last_failure) <= same_attempt;
}

invoice_registers registers_of(std::span<const invoice_fact> facts) {
    register_book all;
    for (const auto& fact : facts) {
        all.add(fact);
    }
    return all.take();
}

invoice_registers registers_of(const fact_history<invoice_fact>& facts) {
    register_book all;
    facts.each_fact([&](const invoice_fact& fact) { all.add(fact); });
    return all.take();
}

dunning dunning_of(dunning_question asked) {
    weigh(asked.invoices, asked.told);
    const auto times = spells_of(asked.told, asked.invoices);
    const auto& spells = times.spells;
    std::vector<failing_invoice> failures;
    std::vector<span_of_time> spans;
    for (const auto& one : spells) {
        spans.insert(spans.end(), one.carried.begin(), one.carried.end());
    }
    for (const auto& invoice : asked.invoices) {
        if (const auto during = failing(invoice, asked.invoices, spells)) {
            failures.push_back({&invoice, *during});
            spans.push_back(*during);
        }
    }
    dunning found;
    found.ended_at = earlier(first_terminal(asked.told), asked.customer_deleted_at);
    cut(spans, found.ended_at);
    for (const auto& whole : united(std::move(spans))) {
        dunning_case one;
        one.subscription = asked.subscription;
        one.anchor = whole.from;
        one.ended_at = whole.until;
        describe(one, asked, failures, spells);
        found.cases.push_back(std::move(one));
    }
    if (!found.ended_at) {
        found.pause = times.pause;
    }
    if (found.pause == pause_reason::failed_payment) {
        found.pause_settled_at = settlement_of(spells.back(), found.cases);
    }
    return found;
}

}  // namespace billhook
