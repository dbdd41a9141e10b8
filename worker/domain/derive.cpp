#include "worker/domain/dunning_case.hpp"
#include "worker/domain/organization.hpp"
#include "worker/domain/working.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace billhook {

using stripe::checkout_fact;

namespace {

void retell_cases(working& work, const subscription_id& subscription) {
    dunning_question asked{subscription, work.facts_of(subscription), {}, {}, {}};
    for (const auto& [id, row] : work.invoices) {
        if (row.state.subscription == subscription) {
            const auto& why = row.state.billing_reason;
            asked.invoices.push_back(
                {id,
                 why ? std::string_view{*why} : std::string_view{},
                 row.state.created,
                 row.registers}
            );
        }
    }
    auto* const row = find_in(work.subscriptions, subscription);
    if (row != nullptr && row->state.customer) {
        const auto* owner = find_in(work.customers, row->state.customer->text());
        asked.declines = work.declines_of(*row->state.customer);
        asked.customer_deleted_at = owner != nullptr ? owner->deleted_at : std::nullopt;
    }
    auto found = dunning_of(std::move(asked));
    if (row != nullptr) {
        row->ended_at = found.ended_at;
        row->pause = found.pause;
        row->pause_settled_at = found.pause_settled_at;
    }
    auto& cases = found.cases;
    const auto* was = find_in(work.before.cases, subscription);
    if (was == nullptr ? !cases.empty() : cases != *was) {
        work.out.cases.emplace(subscription, std::move(cases));
    }
}

void derive_organizations(working& work) {
    std::vector<checkout_fact> sessions;
    for (const auto& [id, session] : work.sessions) {
        sessions.push_back(session);
    }
    std::vector<mapping> mappings;
    for (const auto& [id, one] : work.mappings) {
        mappings.push_back(one);
    }
    const claims all{sessions, mappings};
    for (const auto& key : work.dirty_customers) {
        auto& row = work.customers.at(key);
        work.name(row.organization);
        row.organization =
            organization_of(claim_on_customer(customer_id{key}, row.state.organization, all));
        work.name(row.organization);
    }
    for (auto& [id, row] : work.subscriptions) {
        const auto* owner =
            row.state.customer ? find_in(work.customers, row.state.customer->text()) : nullptr;
        const bool dirty = work.touched_subscriptions.contains(id) || work.claimed.contains(id) ||
                           (owner != nullptr && work.dirty_customers.contains(owner->key));
        if (!dirty) {
            continue;
        }
        const auto owners = owner != nullptr ? owner->organization : std::nullopt;
        work.name(row.organization);
        row.organization = organization_of(claim_on_subscription(id, row.state, all, owners));
        work.name(row.organization);
    }
}

template <class Map, class Stored, class Rows>
void differing(const Map& now, const Stored& stored, Rows& rows) {
    for (const auto& [key, row] : now) {
        const auto* was = find_in(stored, key);
        if (was == nullptr || !(*was == row)) {
            rows.push_back(row);
        }
    }
}

template <class Key, class Fact>
void changed_facts(
    const std::map<Key, fact_history<Fact>>& told,
    std::vector<fact_row<Fact>>& rows,
    std::vector<fact_key>& dropped
) {
    for (const auto& [key, facts] : told) {
        std::ranges::move(facts.changed(), std::back_inserter(rows));
        std::ranges::copy(facts.dropped(), std::back_inserter(dropped));
    }
}

// Of refusals there is no history: each is a row.
void new_declines(const working& work, std::vector<stripe::decline_fact>& rows) {
    for (const auto& [customer, facts] : work.declines) {
        const auto* was = find_in(work.before.declines, customer);
        for (const auto& fact : facts) {
            if (was == nullptr || std::ranges::find(*was, fact) == was->end()) {
                rows.push_back(fact);
            }
        }
    }
}

template <class Rows, class Stored>
void report_ambiguous(const Rows& rows, const Stored& stored, std::vector<std::string>& ids) {
    for (const auto& row : rows) {
        const auto* was = find_in(stored, row.id);
        if (row.ambiguous && (was == nullptr || !was->ambiguous)) {
            ids.push_back(row.id.text());
        }
    }
}

void emit(working& work) {
    differing(work.journal, work.before.journal, work.out.journal);
    auto& out = work.out;
    changed_facts(work.customer_facts, out.customer_facts, out.dropped_customer_facts);
    changed_facts(work.subscription_facts, out.subscription_facts, out.dropped_subscription_facts);
    changed_facts(work.invoice_facts, out.invoice_facts, out.dropped_invoice_facts);
    new_declines(work, out.declines);
    differing(work.customers, work.before.customers, work.out.customers);
    differing(work.subscriptions, work.before.subscriptions, work.out.subscriptions);
    differing(work.invoices, work.before.invoices, work.out.invoices);
    differing(work.sessions, work.before.checkout_sessions, work.out.checkout_sessions);
    differing(work.schedules, work.before.schedules, work.out.schedules);
    for (const auto& id : work.changed_mappings) {
        work.out.mappings.push_back(work.mappings.at(id));
    }
    for (const auto& id : work.changed_grants) {
        work.out.grants.push_back(work.grants.at(id));
    }
    report_ambiguous(work.out.subscriptions, work.before.subscriptions, work.out.became_ambiguous);
    report_ambiguous(work.out.invoices, work.before.invoices, work.out.became_ambiguous);
}

}  // namespace

void derive(working& work) {
    for (const auto& subscription : work.touched_subscriptions) {
        retell_cases(work, subscription);
    }
    derive_organizations(work);
    emit(work);
}

}  // namespace billhook
