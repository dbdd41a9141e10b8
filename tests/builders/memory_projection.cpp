#include "tests/builders/memory_projection.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <tuple>

namespace billhook::builders {

namespace {

template <class Rows, class Facts>
void put_facts(Rows& rows, const Facts& facts) {
    for (const auto& row : facts) {
        rows.insert_or_assign(fact_key{row.fact.id.text(), row.fact.created, row.fact.event}, row);
    }
}

template <class Rows>
void drop(Rows& rows, const std::vector<fact_key>& keys) {
    for (const auto& key : keys) {
        rows.erase(key);
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

void memory_projection::store(const changes& folded) {
    put(journal_, folded.journal, [](const auto& r) { return r.id; });
    drop(customer_facts_, folded.dropped_customer_facts);
    drop(subscription_facts_, folded.dropped_subscription_facts);
    drop(invoice_facts_, folded.dropped_invoice_facts);
    put_facts(customer_facts_, folded.customer_facts);
    put_facts(invoice_facts_, folded.invoice_facts);
    put_facts(subscription_facts_, folded.subscription_facts);
    put(customers_, folded.customers, [](const auto& r) { return r.key; });
    put(subscriptions_, folded.subscriptions, [](const auto& r) { return r.id; });
    put(invoices_, folded.invoices, [](const auto& r) { return r.id; });
    put(checkout_sessions_, folded.checkout_sessions, [](const auto& r) { return r.id; });
    put(schedules_, folded.schedules, [](const auto& r) { return r.id; });
    put(declines_, folded.declines, [](const auto& r) { return std::pair{r.customer, r.event}; });
    put(mappings_, folded.mappings, [](const auto& r) { return r.id; });
    put(grants_, folded.grants, [](const auto& r) { return r.id; });
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
            for (const auto& [schedule, one] : schedules_) {
                if (one.subscription == id) {
                    facts.schedules.push_back(one);
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
    for (const auto& [id, one] : grants_) {
        if (one.organization == organization) {
            facts.grants.push_back(one);
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
