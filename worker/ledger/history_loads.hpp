#pragma once

#include "worker/ledger/loads.hpp"

// What a batch reads of long histories: statements for needs.hpp. Rows are found by the place where
// they lie (ctid): an inner loop over an index, whatever the planner thinks of the table.
namespace billhook::loads {

// Parameters: the objects; the named seconds' objects, which are among them, and times; objects
// that are read whole. One look at the index finds that an object is new, as most are, or its
// latest second; a named second behind that asks no further. A row that is found twice is read
// once.
inline constexpr const char* seconds_that_matter =
    "a.ctid = ANY (ARRAY("
    "WITH latest AS MATERIALIZED (SELECT u.id, l.created, l.ctid FROM unnest($1::text[]) u (id) "
    "CROSS JOIN LATERAL (SELECT t.ctid, t.created FROM :T t WHERE t.object = u.id ORDER BY "
    "t.created DESC FETCH FIRST ROW WITH TIES) l) "
    "SELECT o.ctid FROM latest o UNION ALL "
    // of every object those that turn, and the second before each
    "SELECT f.ctid FROM latest o JOIN :T t ON t.object = o.id AND t.turns CROSS JOIN LATERAL ("
    "(SELECT t.created) UNION ALL "
    "(SELECT e.created FROM :T e WHERE e.object = t.object AND e.created < t.created ORDER BY "
    "e.created DESC LIMIT 1)) s CROSS JOIN LATERAL (SELECT x.ctid FROM :T x WHERE x.object = "
    "t.object AND x.created = s.created OFFSET 0) f "
    "UNION ALL "
    // of every named second: itself, the one before, and those behind it up to the first that is
    // not ambiguous; behind the latest there are none, and that is the one before
    "SELECT f.ctid FROM unnest($2::text[], $3::timestamptz[]) n (object, created) JOIN latest o ON "
    "o.id = n.object AND o.created >= n.created CROSS JOIN "
    "LATERAL ((SELECT n.created) UNION ALL "
    "(SELECT e.created FROM :T e WHERE e.object = n.object AND e.created < n.created ORDER BY "
    "e.created DESC LIMIT 1) UNION ALL "
    "(SELECT e.created FROM :T e WHERE e.object = n.object AND e.created > n.created AND e.created "
    "<= coalesce((SELECT l.created FROM :T l WHERE l.object = n.object AND l.created > n.created "
    "AND l.last_of_second AND NOT l.ambiguous ORDER BY l.created LIMIT 1), 'infinity'))) s CROSS "
    "JOIN LATERAL (SELECT x.ctid FROM :T x WHERE x.object = n.object AND x.created = s.created "
    "OFFSET 0) f "
    "UNION ALL SELECT w.ctid FROM :T w WHERE w.object = ANY ($4::text[])))";
inline constexpr load_statement<customer_fact_row, 4> of_customer_seconds{
    "load seconds of customers",
    customer_facts,
    seconds_that_matter};
inline constexpr load_statement<subscription_fact_row, 4> of_subscription_seconds{
    "load seconds of subscriptions",
    subscription_facts,
    seconds_that_matter};
inline constexpr load_statement<invoice_fact_row, 4> of_invoice_seconds{
    "load seconds of invoices",
    invoice_facts,
    seconds_that_matter};

// By their ids; of subscriptions those that failed, and the paid ones that overtake them; the ones
// that overtake an invoice of the batch, by its subscription and date. What the first parameter
// names is read anyway, and may be paid no more when the batch is folded: the first that certainly
// overtakes is looked for among the others.
inline constexpr char overtaking_until[] =
    "SELECT n.ctid FROM :T n WHERE n.subscription = f.subscription AND n.created > f.created AND "
    "n.first_seen_paid < ";
inline constexpr char to_the_first_certain[] =
    " AND coalesce(n.billing_reason, '') NOT IN ('manual', "
    "'automatic_pending_invoice_item_invoice') AND n.first_seen_paid <= coalesce((SELECT "
    "min(m.first_seen_paid) FROM :T m WHERE m.subscription = f.subscription AND m.created > "
    "f.created AND m.id <> ALL ($1::text[]) AND m.first_seen_paid IS NOT NULL AND "
    "coalesce(m.billing_reason, '') NOT IN "
    "('manual', 'automatic_pending_invoice_item_invoice', 'subscription_update')), 'infinity') "
    "OFFSET 0";
inline constexpr joined_text telling_invoices{
    "a.ctid = ANY (ARRAY("
    "SELECT i.ctid FROM :T i WHERE i.id = ANY ($1::text[]) UNION ALL "
    "SELECT i.ctid FROM :T i WHERE i.subscription = ANY ($2::text[]) AND i.first_failure IS NOT "
    "NULL UNION ALL "
    "SELECT n.ctid FROM :T f CROSS JOIN LATERAL (",
    overtaking_until,
    "coalesce(least(f.first_seen_paid, f.first_seen_forgiven), 'infinity')",
    to_the_first_certain,
    ") n WHERE f.subscription = ANY ($2::text[]) AND f.first_failure IS NOT NULL UNION ALL "
    "SELECT n.ctid FROM unnest($3::text[], $4::timestamptz[]) f (subscription, created) CROSS "
    "JOIN LATERAL (",
    overtaking_until,
    "'infinity'",
    to_the_first_certain,
    ") n))"};
inline constexpr load_statement<invoice_row, 4> of_telling_invoices{
    "load telling invoices",
    invoices,
    telling_invoices.text};

// By (customer, event); of an invoice the latest second's of the others, as those may turn into
// something else; of a span of time.
inline constexpr load_statement<stripe::decline_fact, 7> of_telling_declines{
    "load telling declines",
    declines,
    "a.ctid = ANY (ARRAY("
    "SELECT d.ctid FROM unnest($1::text[], $2::text[]) n (customer, event) CROSS JOIN LATERAL "
    "(SELECT x.ctid FROM :T x WHERE x.customer = n.customer AND x.event = n.event OFFSET 0) d "
    "UNION ALL SELECT d.ctid FROM unnest($3::text[], $4::text[]) n (customer, invoice) CROSS JOIN "
    "LATERAL (SELECT x.ctid FROM :T x WHERE x.customer = n.customer AND x.invoice = n.invoice AND "
    "x.created = (SELECT max(e.created) FROM :T e WHERE e.customer = n.customer AND e.invoice = "
    "n.invoice AND (e.customer, e.event) NOT IN (SELECT * FROM unnest($1::text[], $2::text[]))) "
    "OFFSET 0) d "
    "UNION ALL SELECT d.ctid FROM unnest($5::text[], $6::timestamptz[], $7::timestamptz[]) n "
    "(customer, since, until) CROSS JOIN LATERAL (SELECT x.ctid FROM :T x WHERE x.customer = "
    "n.customer AND x.created BETWEEN n.since AND n.until OFFSET 0) d))"};

}  // namespace billhook::loads
