#include "worker/domain/fact_history.hpp"

#include "worker/domain/dunning_case.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace billhook {

using stripe::customer_fact;
using stripe::invoice_fact;
using stripe::subscription_fact;

namespace {

// Whether two facts tell the same of all that is ever asked of a fact that is not its object's
// latest: cases and pauses, beginning and end, registers, and keys once seen with a price.
bool tell_the_same(const customer_fact& a, const customer_fact& b) {
    return is_terminal(a) == is_terminal(b);
}

bool tell_the_same(const invoice_fact& a, const invoice_fact& b) {
    return is_terminal(a) == is_terminal(b) && a.says == b.says && a.state.status == b.state.status;
}

bool tell_the_same(const subscription_fact& a, const subscription_fact& b) {
    const auto& x = a.state;
    const auto& y = b.state;
    if (is_assumed(a) || is_assumed(b)) {
        return false;  // it may give way; then what is beside it counts, though it says the same
    }
    if (is_terminal(a) != is_terminal(b) || x.status != y.status ||
        x.pending_update_until.has_value() != y.pending_update_until.has_value()) {
        return false;
    }
    const bool names = is_delinquent(a) || is_paused(a) || x.pending_update_until;
    if (names && (x.latest_invoice != y.latest_invoice || x.paused_for != y.paused_for)) {
        return false;
    }
    return std::ranges::equal(x.items, y.items, [](const auto& one, const auto& other) {
        return one.price == other.price && one.lookup_key == other.lookup_key;
    });
}

template <class Second>
bool all_tell_the_same(const Second& before, const Second& after) {
    const auto same = [&](const auto& fact) { return tell_the_same(fact, before.facts.front()); };
    return std::ranges::all_of(before.facts, same) && std::ranges::all_of(after.facts, same);
}

}  // namespace

template <class Fact>
fact_history<Fact>::fact_history(std::span<const fact_row<Fact>> stored) {
    for (const auto& row : stored) {
        second& of = seconds_[row.fact.created];
        where_.emplace(row.fact.event, row.fact.created);
        stored_.emplace(row.fact.event, marks{row.last_of_second, row.turns, row.ambiguous});
        const auto at = std::ranges::lower_bound(of.facts, row.fact.event, {}, &Fact::event);
        const auto index = static_cast<std::size_t>(at - of.facts.begin());
        of.facts.insert(at, row.fact);
        if (row.last_of_second) {
            of.last = index;
            of.turns = row.turns;
            of.ambiguous = row.ambiguous;
        } else if (index <= of.last && of.facts.size() > 1) {
            ++of.last;  // one was put before it
        }
        if (is_terminal(row.fact)) {
            terminal_.insert(row.fact.created);
        }
    }
}

template <class Fact>
fact_history<Fact>::fact_history(std::span<const Fact> all) {
    for (const Fact& fact : all) {
        join(fact);
    }
}

template <class Fact>
typename fact_history<Fact>::joined fact_history<Fact>::join(const Fact& fact) {
    if (const auto known = where_.find(fact.event); known != where_.end()) {
        const second& of = seconds_.at(known->second);
        const Fact same = *std::ranges::lower_bound(of.facts, fact.event, {}, &Fact::event);
        if (same == fact) {
            return joined::known;
        }
        if (!is_greater(fact, same)) {
            return joined::lesser;
        }
        take_out(same);
        if (same.created != fact.created) {
            dropped_.push_back({same.id.text(), same.created, same.event});
            judge_from(same.created);
        }
    }
    auto& facts = seconds_[fact.created].facts;
    facts.insert(std::ranges::lower_bound(facts, fact.event, {}, &Fact::event), fact);
    where_.insert_or_assign(fact.event, fact.created);
    judge_from(fact.created);
    return joined::taken;
}

template <class Fact>
void fact_history<Fact>::take_out(const Fact& lesser) {
    const auto at = seconds_.find(lesser.created);
    std::erase_if(at->second.facts, [&](const Fact& one) { return one.event == lesser.event; });
    if (at->second.facts.empty()) {
        seconds_.erase(at);
        terminal_.erase(lesser.created);
    }
    where_.erase(lesser.event);
    stored_.erase(lesser.event);
}

template <class Fact>
void fact_history<Fact>::judge_from(instant at) {
    auto one = seconds_.lower_bound(at);
    const second* before = one == seconds_.begin() ? nullptr : &std::prev(one)->second;
    bool goes_on = true;
    for (; goes_on && one != seconds_.end(); ++one) {
        const bool its_own = one->first == at;
        if (its_own || one->second.ambiguous) {
            // What follows may lean on how this second ended.
            goes_on = judge(one, before) || its_own;
        } else {
            goes_on = false;
            one->second.turns = before == nullptr || !all_tell_the_same(*before, one->second);
        }
        before = &one->second;
    }
}

// Whether the second ends otherwise than before.
template <class Fact>
bool fact_history<Fact>::judge(typename seconds::iterator one, const second* before) {
    second& of = one->second;
    std::vector<const Fact*> facts;
    for (const Fact& each : of.facts) {
        facts.push_back(&each);
    }
    const auto found = last_of_second(facts, before == nullptr ? nullptr : &before->end());
    const auto was = of.last;
    of.last = static_cast<std::size_t>(found.fact - of.facts.data());
    of.ambiguous = found.ambiguous;
    of.turns = before == nullptr || !all_tell_the_same(*before, of);
    if (std::ranges::any_of(of.facts, [](const Fact& each) { return is_terminal(each); })) {
        terminal_.insert(one->first);
    } else {
        terminal_.erase(one->first);
    }
    return of.last != was;
}

template <class Fact>
current<Fact> fact_history<Fact>::pick() const {
    if (seconds_.empty()) {
        return {};
    }
    const second& latest =
        terminal_.empty() ? std::prev(seconds_.end())->second : seconds_.at(*terminal_.rbegin());
    return {&latest.end(), latest.ambiguous};
}

template <class Fact>
std::vector<fact_row<Fact>> fact_history<Fact>::changed() const {
    std::vector<fact_row<Fact>> rows;
    for (const auto& [at, one] : seconds_) {
        for (std::size_t each = 0; each < one.facts.size(); ++each) {
            const Fact& fact = one.facts[each];
            const bool last = each == one.last;
            const marks now{last, last && one.turns, last && one.ambiguous};
            const auto was = stored_.find(fact.event);
            if (was == stored_.end() || was->second != now) {
                rows.push_back({fact, last, last && one.turns, last && one.ambiguous});
            }
        }
    }
    return rows;
}

template class fact_history<subscription_fact>;
template class fact_history<invoice_fact>;
template class fact_history<customer_fact>;

}  // namespace billhook
