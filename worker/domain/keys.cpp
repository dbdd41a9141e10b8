#include "worker/domain/fold.hpp"
#include "worker/domain/snapshot.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace billhook {

namespace {

// The key in S.customers that guards an object: its customer, else its subscription, else itself.
std::string lock_key(
    const std::optional<customer_id>& customer,
    const std::optional<subscription_id>& subscription,
    const std::string& object
) {
    if (customer) {
        return customer->text();
    }
    return subscription ? subscription->text() : object;
}

template <class Fact>
fact_key place_of(const Fact& fact) {
    return {fact.id.text(), fact.created, fact.event};
}

void add(object_keys& keys, const stripe::subscription_fact& fact) {
    keys.customers.push_back(lock_key(fact.state.customer, fact.id, fact.id.text()));
    keys.subscriptions.push_back(fact.id);
    keys.subscription_facts.push_back(place_of(fact));
    if (fact.state.latest_invoice) {
        keys.latest_invoices.push_back(*fact.state.latest_invoice);
    }
    if (fact.state.customer) {
        keys.owners.emplace_back(fact.id, *fact.state.customer);
    }
}

void add(object_keys& keys, const stripe::invoice_fact& fact) {
    const auto& state = fact.state;
    keys.customers.push_back(lock_key(state.customer, state.subscription, fact.id.text()));
    keys.invoices.push_back(fact.id);
    keys.invoice_facts.push_back(place_of(fact));
    named_invoice named{fact.id, state.subscription, state.created, {}};
    if (fact.says != stripe::evidence::none) {
        named.failures.push_back(fact.created);
    }
    keys.named_invoices.push_back(std::move(named));
    if (state.subscription) {
        keys.subscriptions.push_back(*state.subscription);
    }
}

void add(object_keys& keys, const stripe::customer_fact& fact) {
    keys.customers.push_back(fact.id.text());
    keys.customer_facts.push_back(place_of(fact));
    if (is_terminal(fact)) {
        keys.retold.push_back(fact.id);
    }
}

void add(object_keys& keys, const stripe::checkout_fact& fact) {
    keys.customers.push_back(lock_key(fact.customer, fact.subscription, fact.id.text()));
    keys.checkout_sessions.push_back(fact.id);
    if (fact.subscription) {
        keys.subscriptions.push_back(*fact.subscription);
    }
}

void add(object_keys& keys, const stripe::schedule_fact& fact) {
    keys.customers.push_back(lock_key(fact.customer, fact.subscription, fact.id.text()));
    keys.schedules.push_back(fact.id);
    if (fact.subscription) {
        keys.subscriptions.push_back(*fact.subscription);
    }
}

void add(object_keys& keys, const stripe::decline_fact& fact) {
    keys.customers.push_back(fact.customer.text());
    keys.declines.emplace_back(fact.customer, fact.event);
    keys.retold.push_back(fact.customer);
}

void add(object_keys&, const std::monostate&) {}

void add(object_keys& keys, const mapping& record) {
    keys.events.push_back(record.id);
    if (record.organization) {
        keys.organizations.push_back(*record.organization);
    }
    if (record.customer) {
        keys.customers.push_back(record.customer->text());
    }
}

// Its organization's standing is all that it bears on, and is locked anyway.
void add(object_keys& keys, const grant& record) {
    keys.events.push_back(record.id);
    keys.grants.push_back(record.id);
}

template <class Key>
void make_unique(std::vector<Key>& keys) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

}  // namespace

object_keys keys_of(std::span<const received> events) {
    object_keys keys;
    for (const auto& one : events) {
        if (const auto* record = std::get_if<mapping>(&one.what)) {
            add(keys, *record);
            continue;
        }
        if (const auto* record = std::get_if<grant>(&one.what)) {
            add(keys, *record);
            continue;
        }
        const auto& event = std::get<stripe::event>(one.what);
        keys.events.push_back(event.id);
        std::visit([&](const auto& said) { add(keys, said); }, event.said);
    }
    make_unique(keys.customers);
    make_unique(keys.events);
    make_unique(keys.subscriptions);
    make_unique(keys.invoices);
    make_unique(keys.checkout_sessions);
    make_unique(keys.schedules);
    make_unique(keys.organizations);
    make_unique(keys.grants);
    make_unique(keys.customer_facts);
    make_unique(keys.subscription_facts);
    make_unique(keys.invoice_facts);
    make_unique(keys.retold);
    make_unique(keys.declines);
    make_unique(keys.latest_invoices);
    make_unique(keys.named_invoices);
    make_unique(keys.owners);
    return keys;
}

}  // namespace billhook
