#pragma once

#include "schemas/messages/grant.hpp"
#include "schemas/messages/mapping.hpp"
#include "schemas/messages/record.hpp"
#include "schemas/stripe/event.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "worker/domain/dunning_case.hpp"
#include "worker/domain/rows.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// What the first half of a batch reads and writes. All values; the rows are those of rows.hpp.
namespace billhook {

// A record that parsed.
struct received {
    record_position at;
    instant received_at{};
    endpoint_mode mode = endpoint_mode::both;
    std::variant<stripe::event, mapping, grant> what;
};

// A record that cannot be an event. It gets a dead letter and no journal row.
struct dead_record {
    record_position at;
    instant received_at{};
    std::optional<std::string> event_id;  // the header's, if there was one
    std::string reason;                   // one stable word, or "database_" and a SQLSTATE
    std::string body;                     // as it came
};

// An invoice of the batch, as a body tells of it.
struct named_invoice {
    invoice_id id;
    std::optional<subscription_id> subscription;
    std::optional<instant> created;  // the invoice's own
    std::vector<instant> failures;   // of the bodies that are failure evidence
    friend auto operator<=>(const named_invoice&, const named_invoice&) = default;
};

// What a batch must lock and read; each list sorted and unique.
struct object_keys {
    // Lock keys in S.customers: the customer; without one the subscription's id, else the object's.
    // A mapping record without customer locks none.
    std::vector<std::string> customers;
    std::vector<event_id> events;
    std::vector<subscription_id>
        subscriptions;  // named by a fact, an invoice, a session or a schedule
    std::vector<invoice_id> invoices;
    std::vector<checkout_session_id> checkout_sessions;
    std::vector<schedule_id> schedules;
    std::vector<organization_id> organizations;  // of mapping records
    std::vector<event_id> grants;                // and revokes
    // Where the batch's facts lie in the histories of their objects.
    std::vector<fact_key> customer_facts;
    std::vector<fact_key> subscription_facts;
    std::vector<fact_key> invoice_facts;
    // Of these customers the cases of all subscriptions are told anew: a refusal, a deletion.
    std::vector<customer_id> retold;
    // What the facts name that cases ask of (needs.hpp).
    std::vector<std::pair<customer_id, event_id>> declines;
    std::vector<invoice_id> latest_invoices;
    std::vector<named_invoice> named_invoices;
    std::vector<std::pair<subscription_id, customer_id>> owners;
};

// What is known of the locked customers and of the named objects, before the batch, as far as it
// matters: needs.hpp says which facts, invoices and declines. The subscriptions are those of the
// customers, those named, and those that the stored rows of named invoices, sessions and schedules
// name.
struct known {
    bool livemode = false;           // of the projection
    std::set<std::string> accounts;  // connected ones that it folds, beside the account itself
    std::map<event_id, journal_row> journal;
    std::map<std::string, customer_row> customers;  // locked, and the subscriptions' owners
    // Of the objects that the batch's facts are of, and of the retold subscriptions.
    std::map<std::string, std::vector<customer_fact_row>> customer_facts;  // by customer
    std::map<subscription_id, subscription_row> subscriptions;
    std::map<subscription_id, std::vector<subscription_fact_row>> subscription_facts;
    std::map<invoice_id, invoice_row> invoices;  // named, and those that cases ask of
    std::map<invoice_id, std::vector<invoice_fact_row>> invoice_facts;  // named ones
    // Named, of the customers, and of the subscriptions.
    std::map<checkout_session_id, stripe::checkout_fact> checkout_sessions;
    std::map<schedule_id, stripe::schedule_fact> schedules;  // named ones
    std::vector<mapping> mappings;  // of the customers and of the organizations
    std::vector<grant> grants;      // named
    std::map<customer_id, std::vector<stripe::decline_fact>> declines;  // that cases ask of
    std::map<subscription_id, std::vector<dunning_case>> cases;         // of the retold
};

// What the batch leaves: rows to insert or replace, by primary key. Only what differs.
struct changes {
    std::vector<journal_row> journal;
    std::vector<customer_fact_row> customer_facts;
    std::vector<subscription_fact_row> subscription_facts;
    std::vector<invoice_fact_row> invoice_facts;
    // Facts to delete first: a greater body under the same event id has another `created`.
    std::vector<fact_key> dropped_customer_facts;
    std::vector<fact_key> dropped_subscription_facts;
    std::vector<fact_key> dropped_invoice_facts;
    std::vector<customer_row> customers;
    std::vector<subscription_row> subscriptions;
    std::vector<invoice_row> invoices;
    std::vector<stripe::checkout_fact> checkout_sessions;
    std::vector<stripe::schedule_fact> schedules;
    std::vector<mapping> mappings;               // by id
    std::vector<grant> grants;                   // by id
    std::vector<stripe::decline_fact> declines;  // by (customer, event)
    // Of each subscription named here the stored cases are replaced by these.
    std::map<subscription_id, std::vector<dunning_case>> cases;
    // Organizations to lock and assess: named by any body, or mapped to now or before. Sorted.
    std::set<organization_id> organizations;
    // Subscriptions and invoices that became ambiguous with this batch, for the log.
    std::vector<std::string> became_ambiguous;
};

}  // namespace billhook
