#include "tests/builders/memory_projection.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <tuple>

namespace billhook::builders {

namespace {

template <class Rows, class Facts>
void put_facts(Rows& rows, const Facts& facts) {
    for (const auto& fact : facts) {
        rows.insert_or_assign(std::tuple{fact.id.text(), fact.created, fact.event}, fact);
    }
}

template <class Rows>
void drop(Rows& rows, const std::vector<changes::fact_key>& keys) {
    for (const auto& key : keys) {
        rows.erase(std::tuple{key.object, key.created, key.event});
    }
}

template <class Rows, class Changed, class KeyOf>
void put(Rows& rows, const Changed& changed, KeyOf key_of) {
    for (const auto& row : changed) {
        rows.insert_or_assign(key_of(row), row);
    }
}

}  // namespace

void memory_projection::make_customers(const object_keys& keys) {
    for (const auto& key : keys.customers) {
        auto& row = customers_[key];
        row.key = key;
    }
}

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
    return found;
}

void memory_projection::load_invoices(
    const object_keys& keys,
    const std::set<subscription_id>& subscriptions,
    known& all
) const {
    const std::set<invoice_id> invoices(keys.invoices.begin(), keys.invoices.end());
    for (const auto& [id, row] : invoices_) {
        if (invoices.contains(id) ||
            (row.state.subscription && subscriptions.contains(*row.state.subscription))) {
            all.invoices.emplace(id, row);
        }
    }
    for (const auto& [key, fact] : invoice_facts_) {
        if (invoices.contains(fact.id)) {
            all.invoice_facts[fact.id].push_back(fact);
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
    for (const auto& [key, fact] : customer_facts_) {
        if (all.customers.contains(fact.id.text())) {
            all.customer_facts[fact.id.text()].push_back(fact);
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
    for (const auto& [key, row] : subscription_facts_) {
        if (subscriptions.contains(row.fact.id)) {
            all.subscription_facts[row.fact.id].push_back(row);
        }
    }
    for (const auto& [key, one] : cases_) {
        if (subscriptions.contains(one.subscription)) {
            all.cases[one.subscription].push_back(one);
        }
    }
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
    for (const auto& [key, one] : declines_) {
        if (all.customers.contains(one.customer.text())) {
            all.declines[one.customer].push_back(one);
        }
    }
    for (const auto& [id, one] : mappings_) {
        if ((one.customer && all.customers.contains(one.customer->text())) ||
            std::binary_search(
                keys.organizations.begin(), keys.organizations.end(), one.organization
            )) {
            all.mappings.push_back(one);
        }
    }
    return all;
}

void memory_projection::store(const changes& folded) {
    put(journal_, folded.journal, [](const auto& r) { return r.id; });
    drop(customer_facts_, folded.dropped_customer_facts);
    drop(subscription_facts_, folded.dropped_subscription_facts);
    drop(invoice_facts_, folded.dropped_invoice_facts);
    put_facts(customer_facts_, folded.customer_facts);
    put_facts(invoice_facts_, folded.invoice_facts);
    put(subscription_facts_, folded.subscription_facts, [](const auto& r) {
        return std::tuple{r.fact.id.text(), r.fact.created, r.fact.event};
    });
    put(customers_, folded.customers, [](const auto& r) { return r.key; });
    put(subscriptions_, folded.subscriptions, [](const auto& r) { return r.id; });
    put(invoices_, folded.invoices, [](const auto& r) { return r.id; });
    put(checkout_sessions_, folded.checkout_sessions, [](const auto& r) { return r.id; });
    put(declines_, folded.declines, [](const auto& r) { return std::pair{r.customer, r.event}; });
    put(mappings_, folded.mappings, [](const auto& r) { return r.id; });
    for (const auto& [subscription, cases] : folded.cases) {
        std::erase_if(cases_, [&](const auto& row) { return row.first.first == subscription; });
        for (const auto& one : cases) {
            cases_.emplace(std::pair{subscription, one.anchor}, one);
        }
    }
}

organization_facts memory_projection::load(const organization_id& organization) const {
    organization_facts facts;
    facts.organization = organization;
    if (const auto at = standings_.find(organization); at != standings_.end()) {
        facts.stored = at->second;
    }
    std::set<std::string> owners;
    for (const auto& [id, row] : subscriptions_) {
        if (row.organization == organization) {
            facts.subscriptions.push_back(row);
            if (row.state.customer) {
                owners.insert(row.state.customer->text());
            }
            for (const auto& [key, one] : cases_) {
                if (key.first == id) {
                    facts.cases.push_back(one);
                }
            }
            for (const auto& one : recorded_) {
                if (one.subscription == id) {
                    facts.recorded.push_back(one);
                }
            }
        }
    }
    std::set<std::string> members;
    for (const auto& one : facts.cases) {
        if (!one.ended_at) {
            members.insert(one.members.begin(), one.members.end());
        }
    }
    for (const auto& [id, row] : invoices_) {
        if (members.contains(id.text())) {
            facts.invoices.push_back(row);
        }
    }
    for (const auto& [key, row] : customers_) {
        const bool mapped = row.organization == organization;
        if (mapped || owners.contains(key)) {
            facts.customers.push_back(
                {customer_id{key}, row.seen, mapped, row.state.created, row.deleted}
            );
        }
    }
    for (const auto& [id, one] : mappings_) {
        if (one.organization == organization) {
            facts.mappings.push_back(one);
        }
    }
    return facts;
}

void memory_projection::store(const restated& standings) {
    for (const auto& one : standings.standings) {
        standings_.insert_or_assign(one.organization, one);
    }
    for (const auto& due : standings.notices) {
        for (const auto& row : due.rows) {
            const auto same = [&](const recorded_notice& one) {
                return std::tie(one.subscription, one.member, one.step) ==
                       std::tie(row.subscription, row.member, row.step);
            };
            // No member gets a step twice (I6).
            BILLHOOK_ASSERT(std::none_of(recorded_.begin(), recorded_.end(), same));
            recorded_.insert(row);
        }
        if (due.sent) {
            sent_.push_back(*due.sent);
            auto& members = told_.emplace_back();
            for (const auto& row : due.rows) {
                members.insert(row.member);
            }
        }
    }
}

std::vector<dunning_case> memory_projection::cases() const {
    std::vector<dunning_case> all;
    for (const auto& [key, one] : cases_) {
        all.push_back(one);
    }
    return all;
}

}  // namespace billhook::builders
