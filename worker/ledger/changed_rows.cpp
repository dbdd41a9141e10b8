#include "worker/ledger/changed_rows.hpp"

#include "worker/ledger/tables.hpp"

#include <string>
#include <utility>
#include <vector>

namespace billhook {

namespace {

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

template <class Rows>
void upsert(const projection_work& in, const table& into, const Rows& rows) {
    row_arrays arrays(elements_of(into));
    for (const auto& each : rows) {
        arrays.add_row(each);
    }
    upsert_rows(in, into, arrays);
}

// What is new is inserted; the rest goes by `replace`.
template <class Rows, class IsNew>
void store_split(
    const projection_work& in,
    const table& into,
    const Rows& rows,
    const IsNew& is_new,
    void (*replace)(const projection_work&, const table&, const row_arrays&)
) {
    row_arrays inserted(elements_of(into));
    row_arrays replaced(elements_of(into));
    for (const auto& each : rows) {
        (is_new(each) ? inserted : replaced).add_row(each);
    }
    insert_rows(in, into, inserted);
    replace(in, into, replaced);
}

// What events tell that nobody told before is new as well; the rest may be new or not.
template <class Rows, class IsNew>
void store_told(
    const projection_work& in,
    const table& into,
    const Rows& rows,
    const IsNew& is_new
) {
    store_split(in, into, rows, is_new, upsert_rows);
}

// What the load found is there still.
template <class Row, class Id>
void store_latest(
    const projection_work& in,
    const table& into,
    const std::vector<Row>& rows,
    const std::set<Id>& found
) {
    const auto is_new = [&found](const Row& row) { return !found.contains(row.id); };
    store_split(in, into, rows, is_new, update_rows);
}

void drop(
    const projection_work& in,
    const projection_statement<3>& what,
    const std::vector<fact_key>& keys
) {
    row_arrays arrays({element::text, element::timestamptz, element::text});
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
    row_arrays kept({element::text, element::timestamptz});
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

rows_found found_in(const known& all) {
    rows_found found;
    for (const auto& [id, row] : all.journal) {
        found.deliveries.emplace_hint(found.deliveries.end(), id, row.deliveries);
    }
    for (const auto& [id, row] : all.subscriptions) {
        found.subscriptions.insert(found.subscriptions.end(), id);
    }
    for (const auto& [id, row] : all.invoices) {
        found.invoices.insert(found.invoices.end(), id);
    }
    return found;
}

void store_changes(
    const projection_work& in,
    const changes& folded,
    const rows_found& before,
    bool all_may_be_there
) {
    std::vector<journal_row> journal = folded.journal;
    std::set<event_id> fresh;
    for (journal_row& row : journal) {
        const auto counted = before.deliveries.find(row.id);
        if (counted != before.deliveries.end()) {
            row.deliveries -= counted->second;
        } else if (!all_may_be_there) {
            fresh.insert(row.id);
        }
    }
    const auto is_new = [&fresh](const auto& row) { return fresh.contains(row.fact.event); };
    store_told(in, tables::events, journal, [&fresh](const journal_row& row) {
        return fresh.contains(row.id);
    });
    drop(in, drop_customer_facts, folded.dropped_customer_facts);
    drop(in, drop_subscription_facts, folded.dropped_subscription_facts);
    drop(in, drop_invoice_facts, folded.dropped_invoice_facts);
    store_told(in, tables::customer_facts, folded.customer_facts, is_new);
    store_told(in, tables::subscription_facts, folded.subscription_facts, is_new);
    store_told(in, tables::invoice_facts, folded.invoice_facts, is_new);
    upsert(in, tables::customers, folded.customers);
    if (all_may_be_there) {
        upsert(in, tables::subscriptions, folded.subscriptions);
        upsert(in, tables::invoices, folded.invoices);
    } else {
        store_latest(in, tables::subscriptions, folded.subscriptions, before.subscriptions);
        store_latest(in, tables::invoices, folded.invoices, before.invoices);
    }
    upsert(in, tables::checkout_sessions, folded.checkout_sessions);
    upsert(in, tables::schedules, folded.schedules);
    upsert(in, tables::mappings, folded.mappings);
    upsert(in, tables::grants, folded.grants);
    upsert(in, tables::declines, folded.declines);
    store_cases(in, folded);
}

}  // namespace billhook
