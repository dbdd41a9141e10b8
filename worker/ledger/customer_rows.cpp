#include "worker/ledger/customer_rows.hpp"

#include "worker/ledger/loads.hpp"

#include <functional>
#include <map>
#include <set>
#include <utility>

namespace billhook {

namespace {

// A lock is a statement of its own; whatever decides is read in a later one.
constexpr projection_statement<1> make_customers{
    "make customers",
    "INSERT INTO :S.customers (id) SELECT k FROM unnest($1::text[]) k ORDER BY k COLLATE \"C\" ON "
    "CONFLICT DO NOTHING"};
constexpr projection_statement<1> lock_rows{
    "lock customers",
    "SELECT id FROM :S.customers WHERE id = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE"};

// Named, of the customers, and of the stored rows of named invoices and sessions.
constexpr projection_statement<4> touched_subscriptions{
    "touched subscriptions",
    "SELECT t.id FROM (SELECT unnest($1::text[]) AS id UNION SELECT s.id FROM :S.subscriptions s "
    "WHERE s.customer = ANY ($2::text[]) UNION SELECT i.subscription FROM :S.invoices i WHERE i.id "
    "= ANY ($3::text[]) UNION SELECT c.subscription FROM :S.checkout_sessions c WHERE c.id = ANY "
    "($4::text[])) t WHERE t.id IS NOT NULL ORDER BY t.id"};
constexpr load_statement<invoice_row, 2> load_invoices{
    "load invoices",
    tables::invoices,
    "a.id IN (SELECT unnest($1::text[]) UNION SELECT i.id FROM :S.invoices i WHERE i.subscription "
    "= ANY ($2::text[]))"};

constexpr projection_statement<3> drop_customer_facts{
    "drop customer_facts",
    "DELETE FROM :S.customer_facts a USING unnest($1::text[], $2::timestamptz[], $3::text[]) u (o, "
    "c, e) WHERE a.object = u.o AND a.created = u.c AND a.event = u.e"};
constexpr projection_statement<3> drop_subscription_facts{
    "drop subscription_facts",
    "DELETE FROM :S.subscription_facts a USING unnest($1::text[], $2::timestamptz[], $3::text[]) u "
    "(o, c, e) WHERE a.object = u.o AND a.created = u.c AND a.event = u.e"};
constexpr projection_statement<3> drop_invoice_facts{
    "drop invoice_facts",
    "DELETE FROM :S.invoice_facts a USING unnest($1::text[], $2::timestamptz[], $3::text[]) u (o, "
    "c, e) WHERE a.object = u.o AND a.created = u.c AND a.event = u.e"};
constexpr projection_statement<3> drop_dunning_cases{
    "drop dunning_cases",
    "DELETE FROM :S.dunning_cases a WHERE a.subscription = ANY ($1::text[]) AND NOT EXISTS (SELECT "
    "FROM unnest($2::text[], $3::timestamptz[]) k (s, t) WHERE k.s = a.subscription AND k.t = "
    "a.anchor)"};

// Each row under its key: alone there, or with others of its kind.
template <class Key, class Row, class Member>
void add(std::map<Key, Row>& to, std::vector<Row> found, const Member& key) {
    for (Row& each : found) {
        Key of = std::invoke(key, each);
        to.emplace(std::move(of), std::move(each));
    }
}
template <class Key, class Row, class Member>
void add(std::map<Key, std::vector<Row>>& to, std::vector<Row> found, const Member& key) {
    for (Row& each : found) {
        to[std::invoke(key, each)].push_back(std::move(each));
    }
}

// Of the rows by id; the customers that own one join `customers`.
void load_subscriptions(
    const projection_work& in,
    const object_keys& keys,
    const std::string& ids,
    std::set<std::string>& customers,
    known& to
) {
    add(to.subscriptions, run(in, loads::of_subscriptions, ids), &subscription_row::id);
    for (const auto& [id, row] : to.subscriptions) {
        if (row.state.customer) {
            customers.insert(row.state.customer->text());
        }
    }
    add(to.subscription_facts,
        run(in, loads::of_subscription_facts, ids),
        [](const subscription_fact_row& row) { return row.fact.id; });
    add(to.cases, run(in, loads::of_dunning_cases, ids), &dunning_case::subscription);
    add(to.invoices, run(in, load_invoices, array_of(keys.invoices), ids), &invoice_row::id);
}

template <class Rows>
void upsert(const projection_work& in, const table& into, const Rows& rows) {
    row_arrays arrays(into.columns.size());
    for (const auto& each : rows) {
        arrays.add_row(each);
    }
    upsert_rows(in, into, arrays);
}

void drop(
    const projection_work& in,
    const projection_statement<3>& what,
    const std::vector<changes::fact_key>& keys
) {
    row_arrays arrays(3);
    for (const auto& [object, created, event] : keys) {
        arrays.add(object).add(created).add(event);
    }
    if (!arrays.empty()) {
        run_arrays(in, what, arrays);
    }
}

void store_cases(const projection_work& in, const changes& folded) {
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
    run_arrays(in, drop_dunning_cases, kept, {named.text()});
    upsert(in, tables::dunning_cases, rows);
}

}  // namespace

void lock_customers(const projection_work& in, const object_keys& keys) {
    if (!keys.customers.empty()) {
        const auto ids = array_of(keys.customers);
        run(in, make_customers, ids);
        run(in, lock_rows, ids);
    }
}

known load_known(const projection_work& in, const object_keys& keys, const projection& of) {
    known all;
    all.livemode = of.livemode;
    all.accounts = of.accounts;
    const auto locked = array_of(keys.customers);
    const auto invoices = array_of(keys.invoices);
    const auto sessions = array_of(keys.checkout_sessions);
    add(all.journal, run(in, loads::of_events, array_of(keys.events)), &journal_row::id);
    add(all.customer_facts,
        run(in, loads::of_customer_facts, locked),
        [](const stripe::customer_fact& fact) { return fact.id.text(); });
    array_literal touched;
    for (const auto& row :
         run(in, touched_subscriptions, array_of(keys.subscriptions), locked, invoices, sessions)) {
        touched.add(row[0].c_str());
    }
    const auto subscriptions = touched.text();
    std::set<std::string> owners(keys.customers.begin(), keys.customers.end());
    load_subscriptions(in, keys, subscriptions, owners, all);
    const auto customers = array_of(owners);
    add(all.customers, run(in, loads::of_customers, customers), &customer_row::key);
    add(all.invoice_facts, run(in, loads::of_invoice_facts, invoices), &stripe::invoice_fact::id);
    add(all.checkout_sessions,
        run(in, loads::of_checkout_sessions, sessions, customers, subscriptions),
        &stripe::checkout_fact::id);
    add(all.declines, run(in, loads::of_declines, customers), &stripe::decline_fact::customer);
    all.mappings = run(in, loads::of_mappings, array_of(keys.organizations), customers);
    return all;
}

void store_changes(
    const projection_work& in,
    const changes& folded,
    const std::map<event_id, std::int64_t>& counted
) {
    std::vector<journal_row> journal = folded.journal;
    for (journal_row& row : journal) {
        const auto before = counted.find(row.id);
        row.deliveries -= before == counted.end() ? 0 : before->second;
    }
    upsert(in, tables::events, journal);
    drop(in, drop_customer_facts, folded.dropped_customer_facts);
    drop(in, drop_subscription_facts, folded.dropped_subscription_facts);
    drop(in, drop_invoice_facts, folded.dropped_invoice_facts);
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
