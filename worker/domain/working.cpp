#include "worker/domain/working.hpp"

namespace billhook {

namespace {

// The history of a stored set, made at first sight.
template <class Key, class Fact>
fact_history<Fact>& history_in(
    std::map<Key, fact_history<Fact>>& histories,
    const std::map<Key, std::vector<fact_row<Fact>>>& stored,
    const Key& key
) {
    const auto [at, first] = histories.try_emplace(key);
    if (const auto* rows = find_in(stored, key); first && rows != nullptr) {
        at->second = fact_history<Fact>{std::span<const fact_row<Fact>>{*rows}};
    }
    return at->second;
}

}  // namespace

working::working(const known& stored)
    : before(stored),
      customers(stored.customers),
      subscriptions(stored.subscriptions),
      invoices(stored.invoices),
      sessions(stored.checkout_sessions),
      schedules(stored.schedules) {
    for (const auto& one : stored.mappings) {
        mappings.emplace(one.id, one);
    }
    for (const auto& one : stored.grants) {
        grants.emplace(one.id, one);
    }
}

fact_history<stripe::subscription_fact>& working::facts_of(const subscription_id& id) {
    return history_in(subscription_facts, before.subscription_facts, id);
}

fact_history<stripe::invoice_fact>& working::facts_of(const invoice_id& id) {
    return history_in(invoice_facts, before.invoice_facts, id);
}

fact_history<stripe::customer_fact>& working::facts_of(const customer_id& id) {
    return history_in(customer_facts, before.customer_facts, id.text());
}

std::vector<stripe::decline_fact>& working::declines_of(const customer_id& id) {
    const auto [at, first] = declines.try_emplace(id);
    if (const auto* facts = find_in(before.declines, id); first && facts != nullptr) {
        at->second = *facts;
    }
    return at->second;
}

void working::know(const std::optional<customer_id>& customer) {
    if (customer) {
        auto& row = customers[customer->text()];
        row.key = customer->text();
        row.known = true;
        dirty_customers.insert(customer->text());
    }
}

void working::see(const std::optional<customer_id>& customer) {
    know(customer);
    if (customer) {
        customers[customer->text()].seen = true;
    }
}

void working::derive_again(const std::optional<customer_id>& customer) {
    if (customer && customers.contains(customer->text())) {
        dirty_customers.insert(customer->text());
    }
}

void working::name(const std::optional<organization_id>& organization) {
    if (organization) {
        out.organizations.insert(*organization);
    }
}

}  // namespace billhook
