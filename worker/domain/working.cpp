#include "worker/domain/working.hpp"

namespace billhook {

namespace {

// The copy of a stored set, made at first sight.
template <class Key, class Fact>
std::vector<Fact>& copy_of(
    std::map<Key, std::vector<Fact>>& copies,
    const std::map<Key, std::vector<Fact>>& stored,
    const Key& key
) {
    const auto [at, first] = copies.try_emplace(key);
    if (const auto* facts = find_in(stored, key); first && facts != nullptr) {
        at->second = *facts;
    }
    return at->second;
}

}  // namespace

working::working(const known& stored)
    : before(stored),
      customers(stored.customers),
      subscriptions(stored.subscriptions),
      invoices(stored.invoices),
      sessions(stored.checkout_sessions) {
    for (const auto& one : stored.mappings) {
        mappings.emplace(one.id, one);
    }
}

std::vector<stripe::subscription_fact>& working::facts_of(const subscription_id& id) {
    const auto [at, first] = subscription_facts.try_emplace(id);
    if (const auto* rows = find_in(before.subscription_facts, id); first && rows != nullptr) {
        for (const auto& row : *rows) {
            at->second.push_back(row.fact);
        }
    }
    return at->second;
}

std::vector<stripe::invoice_fact>& working::facts_of(const invoice_id& id) {
    return copy_of(invoice_facts, before.invoice_facts, id);
}

std::vector<stripe::customer_fact>& working::facts_of(const customer_id& id) {
    return copy_of(customer_facts, before.customer_facts, id.text());
}

std::vector<stripe::decline_fact>& working::declines_of(const customer_id& id) {
    return copy_of(declines, before.declines, id);
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
