#pragma once

#include "worker/domain/fact_history.hpp"
#include "worker/domain/objects.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

// Inside of `fold`: copies of what is touched, and which of it.
namespace billhook {

template <class Map, class Key>
auto* find_in(Map& map, const Key& key) {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
}

struct working {
    explicit working(const known& stored);

    // An object's facts, as they are now.
    fact_history<stripe::subscription_fact>& facts_of(const subscription_id& id);
    fact_history<stripe::invoice_fact>& facts_of(const invoice_id& id);
    fact_history<stripe::customer_fact>& facts_of(const customer_id& id);
    std::vector<stripe::decline_fact>& declines_of(const customer_id& id);

    // A fact speaks of this customer: it is known, and what hangs on it is derived again.
    void know(const std::optional<customer_id>& customer);
    // The fact tells of its beginning or its present, too.
    void see(const std::optional<customer_id>& customer);
    // What hangs on it is derived again (its key is locked, so it is at hand).
    void derive_again(const std::optional<customer_id>& customer);
    // An organization that a body names, or that something is or was mapped to.
    void name(const std::optional<organization_id>& organization);

    const known& before;
    changes out;
    std::map<event_id, journal_row> journal;
    std::map<std::string, customer_row> customers;
    std::map<subscription_id, subscription_row> subscriptions;
    std::map<invoice_id, invoice_row> invoices;
    std::map<checkout_session_id, stripe::checkout_fact> sessions;
    std::map<schedule_id, stripe::schedule_fact> schedules;
    std::map<event_id, mapping> mappings;
    std::map<event_id, grant> grants;
    std::map<std::string, fact_history<stripe::customer_fact>> customer_facts;
    std::map<subscription_id, fact_history<stripe::subscription_fact>> subscription_facts;
    std::map<invoice_id, fact_history<stripe::invoice_fact>> invoice_facts;
    std::map<customer_id, std::vector<stripe::decline_fact>> declines;
    std::set<subscription_id> touched_subscriptions;  // their facts or their invoices changed
    std::set<customer_id> touched_customers;          // that touches all of their subscriptions
    std::set<subscription_id> claimed;                // a session that names them changed
    std::set<std::string> dirty_customers;
    std::set<event_id> changed_mappings;
    std::set<event_id> changed_grants;
};

// What follows from the touched objects: cases, organizations; then
// `work.out` holds everything that differs from `work.before`.
void derive(working& work);

}  // namespace billhook
