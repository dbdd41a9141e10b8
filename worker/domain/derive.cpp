#include "worker/domain/dunning_case.hpp"
#include "worker/domain/organization.hpp"
#include "worker/domain/working.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace billhook {

using stripe::checkout_fact;

namespace {

// Rows by what they name, in the order of their keys.
template <class Key, class Row>
using rows_by = std::map<Key, std::vector<Row>>;

template <class Key, class Row>
std::span<const Row> named_by(const rows_by<Key, Row>& all, const Key& key) {
    const auto* rows = find_in(all, key);
    return rows == nullptr ? std::span<const Row>{} : std::span<const Row>{*rows};
}

using invoices_by_subscription = rows_by<subscription_id, const invoice_row*>;

void retell_cases(
    working& work,
    const subscription_id& subscription,
    const invoices_by_subscription& invoices
) {
    dunning_question asked{subscription, work.facts_of(subscription), {}, {}, {}};
    for (const invoice_row* each : named_by(invoices, subscription)) {
        const auto& why = each->state.billing_reason;
        asked.invoices.push_back(
            {each->id,
             why ? std::string_view{*why} : std::string_view{},
             each->state.created,
             each->registers}
        );
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

// Sessions and mappings by what they may claim.
struct claims_at_hand {
    explicit claims_at_hand(const working& work) {
        for (const auto& [id, session] : work.sessions) {
            of_customer[session.customer].push_back(session);
            of_subscription[session.subscription].push_back(session);
        }
        for (const auto& [id, one] : work.mappings) {
            mappings[one.customer].push_back(one);
        }
    }
    [[nodiscard]] claims on(const std::optional<customer_id>& customer) const {
        return {named_by(of_customer, customer), named_by(mappings, customer)};
    }
    [[nodiscard]] claims on(const subscription_id& id, const stripe::subscription_state& of) const {
        return {named_by(of_subscription, std::optional{id}), named_by(mappings, of.customer)};
    }

    rows_by<std::optional<customer_id>, checkout_fact> of_customer;
    rows_by<std::optional<subscription_id>, checkout_fact> of_subscription;
    rows_by<std::optional<customer_id>, mapping> mappings;
};

void derive_organizations(working& work) {
    const claims_at_hand all(work);
    for (const auto& key : work.dirty_customers) {
        auto& row = work.customers.at(key);
        const customer_id id{key};
        work.name(row.organization);
        row.organization =
            organization_of(claim_on_customer(id, row.state.organization, all.on(id)));
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
        row.organization =
            organization_of(claim_on_subscription(id, row.state, all.on(id, row.state), owners));
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
    for (const auto& [id, row] : work.subscriptions) {
        if (row.state.customer && work.touched_customers.contains(*row.state.customer)) {
            work.touched_subscriptions.insert(id);
        }
    }
    invoices_by_subscription invoices;
    for (const auto& [id, row] : work.invoices) {
        if (row.state.subscription) {
            invoices[*row.state.subscription].push_back(&row);
        }
    }
    for (const auto& subscription : work.touched_subscriptions) {
        retell_cases(work, subscription, invoices);
    }
    derive_organizations(work);
    emit(work);
}

}  // namespace billhook
