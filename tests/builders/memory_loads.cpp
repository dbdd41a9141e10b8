#include "tests/builders/memory_projection.hpp"

#include <algorithm>
#include <iterator>
#include <map>

// What a batch reads of the tables in memory: what needs.hpp asks, found the plain way.
namespace billhook::builders {

namespace {

// What is known of a history's seconds, and which of them are asked.
struct asked_second {
    bool turns = false;
    bool settled = false;  // of itself, whatever came before
    bool asked = false;
};

template <class Row>
std::map<instant, asked_second> seconds_in(
    const std::map<fact_key, Row>& rows,
    const std::string& object
) {
    std::map<instant, asked_second> seconds;
    for (auto at = rows.lower_bound({object, instant::min(), {}});
         at != rows.end() && at->first.object == object;
         ++at) {
        auto& second = seconds[at->first.created];
        second.turns = second.turns || at->second.turns;
        second.settled = second.settled || (at->second.last_of_second && !at->second.ambiguous);
    }
    return seconds;
}

void ask_for_turns(std::map<instant, asked_second>& seconds) {
    asked_second* before = nullptr;
    for (auto& [at, second] : seconds) {
        if (second.turns) {
            second.asked = true;
            if (before != nullptr) {
                before->asked = true;
            }
        }
        before = &second;
    }
    if (before != nullptr) {
        before->asked = true;
    }
}

void ask_around(std::map<instant, asked_second>& seconds, instant named) {
    auto at = seconds.lower_bound(named);
    if (at != seconds.begin()) {
        std::prev(at)->second.asked = true;
    }
    if (at != seconds.end() && at->first == named) {
        at->second.asked = true;
        ++at;
    }
    for (bool more = true; more && at != seconds.end(); ++at) {
        at->second.asked = true;
        more = !at->second.settled;
    }
}

// Calls take(row) for what is asked of each object.
template <class Row>
void each_asked(
    const std::map<fact_key, Row>& rows,
    const seconds_asked& what,
    bool everything,
    const auto& take
) {
    for (const auto& object : what.objects) {
        auto seconds = seconds_in(rows, object);
        ask_for_turns(seconds);
        for (const auto& named : what.named) {
            if (named.object == object) {
                ask_around(seconds, named.created);
            }
        }
        const bool whole = everything || std::ranges::binary_search(what.whole, object);
        for (auto at = rows.lower_bound({object, instant::min(), {}});
             at != rows.end() && at->first.object == object;
             ++at) {
            if (whole || seconds.at(at->first.created).asked) {
                take(at->second);
            }
        }
    }
}

}  // namespace

std::set<subscription_id> memory_projection::touched_subscriptions(
    const object_keys& keys,
    const known& all
) const {
    std::set<subscription_id> found(keys.subscriptions.begin(), keys.subscriptions.end());
    for (const auto& [id, row] : subscriptions_) {
        if (row.state.customer && all.customers.contains(row.state.customer->text())) {
            found.insert(id);
        }
    }
    for (const auto& id : keys.invoices) {
        const auto at = invoices_.find(id);
        if (at != invoices_.end() && at->second.state.subscription) {
            found.insert(*at->second.state.subscription);
        }
    }
    for (const auto& id : keys.checkout_sessions) {
        const auto at = checkout_sessions_.find(id);
        if (at != checkout_sessions_.end() && at->second.subscription) {
            found.insert(*at->second.subscription);
        }
    }
    for (const auto& id : keys.schedules) {
        const auto at = schedules_.find(id);
        if (at != schedules_.end() && at->second.subscription) {
            found.insert(*at->second.subscription);
        }
    }
    return found;
}

void memory_projection::load_facts(
    const object_keys& keys,
    const std::set<subscription_id>& subscriptions,
    known& all
) const {
    each_asked(
        customer_facts_,
        seconds_of(keys.customer_facts, all.journal),
        reads_everything_,
        [&](const auto& row) { all.customer_facts[row.fact.id.text()].push_back(row); }
    );
    each_asked(
        invoice_facts_,
        reads_everything_ ? seconds_of(keys.invoice_facts, all.journal)
                          : seconds_of_invoices(keys, all),
        reads_everything_,
        [&](const auto& row) { all.invoice_facts[row.fact.id].push_back(row); }
    );
    auto cases = retold(keys, all);
    if (reads_everything_) {
        cases.clear();
        for (const auto& id : subscriptions) {
            cases.push_back(id.text());
        }
    }
    each_asked(
        subscription_facts_,
        seconds_of(keys.subscription_facts, all.journal, cases),
        reads_everything_,
        [&](const auto& row) { all.subscription_facts[row.fact.id].push_back(row); }
    );
    for (const auto& [key, one] : cases_) {
        if (std::ranges::binary_search(cases, one.subscription.text())) {
            all.cases[one.subscription].push_back(one);
        }
    }
}

void memory_projection::load_overtaking(
    const overtaken_asked& asked,
    instant until,
    const std::vector<invoice_id>& named,
    known& all
) const {
    const auto overtakes = [&](const invoice_row& one) {
        const auto& why = one.state.billing_reason;
        return one.state.subscription == asked.subscription && one.state.created &&
               *one.state.created > asked.created && one.registers.paid_at && why != "manual" &&
               why != "automatic_pending_invoice_item_invoice";
    };
    auto certain = instant::max();
    for (const auto& [id, row] : invoices_) {
        if (overtakes(row) && row.state.billing_reason != "subscription_update" &&
            !std::ranges::binary_search(named, id)) {
            certain = std::min(certain, *row.registers.paid_at);
        }
    }
    for (const auto& [id, row] : invoices_) {
        if (overtakes(row) && *row.registers.paid_at < until && *row.registers.paid_at <= certain) {
            all.invoices.emplace(id, row);
        }
    }
}

void memory_projection::load_invoices(
    const object_keys& keys,
    const std::set<subscription_id>& subscriptions,
    known& all
) const {
    if (reads_everything_) {
        for (const auto& [id, row] : invoices_) {
            if (row.state.subscription && subscriptions.contains(*row.state.subscription)) {
                all.invoices.emplace(id, row);
            }
        }
    }
    const auto overtaken = may_be_overtaken(keys, all);
    const auto named = invoices_told_of(keys, all);
    for (const auto& id : named) {
        if (const auto at = invoices_.find(id); at != invoices_.end()) {
            all.invoices.insert(*at);
        }
    }
    const auto cases = retold(keys, all);
    for (const auto& [id, row] : invoices_) {
        const auto& registers = row.registers;
        if (!registers.first_failure || !row.state.subscription ||
            !std::ranges::binary_search(cases, row.state.subscription->text())) {
            continue;
        }
        all.invoices.emplace(id, row);
        if (row.state.created) {
            const auto until = std::min(
                registers.paid_at.value_or(instant::max()),
                registers.forgiven_at.value_or(instant::max())
            );
            load_overtaking({*row.state.subscription, *row.state.created}, until, named, all);
        }
    }
    for (const auto& one : overtaken) {
        load_overtaking(one, instant::max(), named, all);
    }
}

void memory_projection::load_declines(const object_keys& keys, known& all) const {
    const auto asked = declines_told_of(keys, all);
    std::map<declines_asked::of_invoice, instant> latest;
    for (const auto& [key, one] : declines_) {
        if (one.invoice && !std::ranges::binary_search(keys.declines, key)) {
            const declines_asked::of_invoice of{one.customer, *one.invoice};
            const auto [at, first] = latest.try_emplace(of, one.created);
            at->second = std::max(at->second, one.created);
        }
    }
    for (const auto& [key, one] : declines_) {
        bool of_invoice = false;
        if (one.invoice) {
            const declines_asked::of_invoice of{one.customer, *one.invoice};
            const auto at = latest.find(of);
            of_invoice = at != latest.end() && at->second == one.created &&
                         std::ranges::binary_search(asked.by_invoice, of);
        }
        const bool of_time = std::ranges::any_of(asked.by_time, [&](const auto& span) {
            return span.customer == one.customer && span.from <= one.created &&
                   one.created <= span.to;
        });
        if (of_invoice || of_time || std::ranges::binary_search(keys.declines, key) ||
            (reads_everything_ && all.customers.contains(one.customer.text()))) {
            all.declines[one.customer].push_back(one);
        }
    }
}

known memory_projection::load(const object_keys& keys) const {
    known all;
    all.livemode = livemode_;
    all.accounts = accounts_;
    for (const auto& id : keys.events) {
        if (const auto at = journal_.find(id); at != journal_.end()) {
            all.journal.insert(*at);
        }
    }
    for (const auto& key : keys.customers) {
        all.customers.insert(*customers_.find(key));
    }
    for (const auto& id : keys.invoices) {
        if (const auto at = invoices_.find(id); at != invoices_.end()) {
            all.invoices.insert(*at);
        }
    }
    const auto subscriptions = touched_subscriptions(keys, all);
    for (const auto& [id, row] : subscriptions_) {
        if (subscriptions.contains(id)) {
            all.subscriptions.emplace(id, row);
            if (row.state.customer) {
                all.customers.insert(*customers_.find(row.state.customer->text()));
            }
        }
    }
    load_facts(keys, subscriptions, all);
    load_invoices(keys, subscriptions, all);
    const std::set<checkout_session_id> sessions(
        keys.checkout_sessions.begin(), keys.checkout_sessions.end()
    );
    for (const auto& [id, one] : checkout_sessions_) {
        if (sessions.contains(id) ||
            (one.customer && all.customers.contains(one.customer->text())) ||
            (one.subscription && subscriptions.contains(*one.subscription))) {
            all.checkout_sessions.emplace(id, one);
        }
    }
    for (const auto& id : keys.schedules) {
        if (const auto at = schedules_.find(id); at != schedules_.end()) {
            all.schedules.insert(*at);
        }
    }
    load_declines(keys, all);
    for (const auto& [id, one] : mappings_) {
        if ((one.customer && all.customers.contains(one.customer->text())) ||
            std::binary_search(
                keys.organizations.begin(), keys.organizations.end(), one.organization
            )) {
            all.mappings.push_back(one);
        }
    }
    for (const auto& id : keys.grants) {
        if (const auto at = grants_.find(id); at != grants_.end()) {
            all.grants.push_back(at->second);
        }
    }
    return all;
}

}  // namespace billhook::builders
