#include "worker/ledger/objects.hpp"

#include "worker/ledger/rows.hpp"
#include "worker/ledger/statements.hpp"

#include <pqxx/result>

#include <functional>
#include <map>
#include <set>
#include <utility>

namespace billhook {

namespace {

// Each row under its key: alone there, or with others of its kind.
template <class Key, class Row, class Member>
void add(std::map<Key, Row>& to, const pqxx::result& found, const Member& key) {
    for (Row& each : rows_in<Row>(found)) {
        Key of = std::invoke(key, each);
        to.emplace(std::move(of), std::move(each));
    }
}
template <class Key, class Row, class Member>
void add(std::map<Key, std::vector<Row>>& to, const pqxx::result& found, const Member& key) {
    for (Row& each : rows_in<Row>(found)) {
        to[std::invoke(key, each)].push_back(std::move(each));
    }
}

// Of the rows by id; the customers that own one join `customers`.
void load_subscriptions(
    pqxx::transaction_base& in,
    const object_keys& keys,
    const std::string& ids,
    std::set<std::string>& customers,
    known& to
) {
    add(to.subscriptions, run(in, "load subscriptions", {ids}), &subscription_row::id);
    for (const auto& [id, row] : to.subscriptions) {
        if (row.state.customer) {
            customers.insert(row.state.customer->text());
        }
    }
    add(to.subscription_facts,
        run(in, "load subscription_facts", {ids}),
        [](const subscription_fact_row& row) { return row.fact.id; });
    add(to.cases, run(in, "load dunning_cases", {ids}), &dunning_case::subscription);
    add(to.invoices, run(in, "load invoices", {array_of(keys.invoices), ids}), &invoice_row::id);
}

template <class Rows>
void upsert(pqxx::transaction_base& in, const table& into, const Rows& rows) {
    row_arrays arrays(into.columns.size());
    for (const auto& each : rows) {
        arrays.add_row(each);
    }
    if (!arrays.empty()) {
        (void)run(in, "upsert " + std::string(into.name), arrays.literals());
    }
}

void drop(
    pqxx::transaction_base& in,
    const table& from,
    const std::vector<changes::fact_key>& keys
) {
    row_arrays arrays(3);
    for (const auto& [object, created, event] : keys) {
        arrays.add(object).add(created).add(event);
    }
    if (!arrays.empty()) {
        (void)run(in, "drop " + std::string(from.name), arrays.literals());
    }
}

void store_cases(pqxx::transaction_base& in, const changes& folded) {
    if (folded.cases.empty()) {
        return;
    }
    std::vector<dunning_case> rows;
    array_literal named;
    row_arrays kept(2);
    for (const auto& [subscription, cases] : folded.cases) {
        named.add(subscription.text());
        for (const dunning_case& each : cases) {
            kept.add(each.subscription).add(each.anchor);
            rows.push_back(each);
        }
    }
    auto values = kept.literals();
    values.insert(values.begin(), named.text());
    (void)run(in, "drop dunning_cases", values);
    upsert(in, tables::dunning_cases, rows);
}

}  // namespace

void lock_customers(pqxx::transaction_base& in, const object_keys& keys) {
    if (keys.customers.empty()) {
        return;
    }
    const std::vector<std::string> ids{array_of(keys.customers)};
    (void)run(in, "make customers", ids);
    (void)run(in, "lock customers", ids);
}

known load_known(pqxx::transaction_base& in, const object_keys& keys, bool livemode) {
    known all;
    all.livemode = livemode;
    const auto locked = array_of(keys.customers);
    const auto invoices = array_of(keys.invoices);
    const auto sessions = array_of(keys.checkout_sessions);
    add(all.journal, run(in, "load events", {array_of(keys.events)}), &journal_row::id);
    add(all.customer_facts,
        run(in, "load customer_facts", {locked}),
        [](const stripe::customer_fact& fact) { return fact.id.text(); });
    array_literal touched;
    for (const auto& row :
         run(in, "touched subscriptions", {array_of(keys.subscriptions), locked, invoices, sessions}
         )) {
        touched.add(row[0].c_str());
    }
    const auto subscriptions = touched.text();
    std::set<std::string> owners(keys.customers.begin(), keys.customers.end());
    load_subscriptions(in, keys, subscriptions, owners, all);
    const auto customers = array_of(owners);
    add(all.customers, run(in, "load customers", {customers}), &customer_row::key);
    add(all.invoice_facts, run(in, "load invoice_facts", {invoices}), &stripe::invoice_fact::id);
    add(all.checkout_sessions,
        run(in, "load checkout_sessions", {sessions, customers, subscriptions}),
        &stripe::checkout_fact::id);
    add(all.declines, run(in, "load declines", {customers}), &stripe::decline_fact::customer);
    all.mappings =
        rows_in<mapping>(run(in, "load mappings", {array_of(keys.organizations), customers}));
    return all;
}

void store_changes(
    pqxx::transaction_base& in,
    const changes& folded,
    const std::map<event_id, std::int64_t>& counted
) {
    std::vector<journal_row> journal = folded.journal;
    for (journal_row& row : journal) {
        const auto before = counted.find(row.id);
        row.deliveries -= before == counted.end() ? 0 : before->second;
    }
    upsert(in, tables::events, journal);
    drop(in, tables::customer_facts, folded.dropped_customer_facts);
    drop(in, tables::subscription_facts, folded.dropped_subscription_facts);
    drop(in, tables::invoice_facts, folded.dropped_invoice_facts);
    upsert(in, tables::customer_facts, folded.customer_facts);
    upsert(in, tables::subscription_facts, folded.subscription_facts);
    upsert(in, tables::invoice_facts, folded.invoice_facts);
    upsert(in, tables::customers, folded.customers);
    upsert(in, tables::subscriptions, folded.subscriptions);
    upsert(in, tables::invoices, folded.invoices);
    upsert(in, tables::checkout_sessions, folded.checkout_sessions);
    upsert(in, tables::mappings, folded.mappings);
    upsert(in, tables::declines, folded.declines);
    store_cases(in, folded);
}

}  // namespace billhook
