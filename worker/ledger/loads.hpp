#pragma once

#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"
#include "worker/ledger/run_statement.hpp"

// What the ledger reads of a projection, and those who look back after it. Lists are arrays.
namespace billhook::loads {

using namespace tables;

// By their ids.
inline constexpr load_statement<journal_row, 1> of_events{
    "load events",
    events,
    "a.id = ANY ($1::text[])"};
inline constexpr load_statement<customer_row, 1> of_customers{
    "load customers",
    customers,
    "a.id = ANY ($1::text[])"};
inline constexpr load_statement<subscription_row, 1> of_subscriptions{
    "load subscriptions",
    subscriptions,
    "a.id = ANY ($1::text[])"};
inline constexpr load_statement<customer_fact_row, 1> of_customer_facts{
    "load customer_facts",
    customer_facts,
    "a.object = ANY ($1::text[])"};
inline constexpr load_statement<subscription_fact_row, 1> of_subscription_facts{
    "load subscription_facts",
    subscription_facts,
    "a.object = ANY ($1::text[])"};
inline constexpr load_statement<invoice_fact_row, 1> of_invoice_facts{
    "load invoice_facts",
    invoice_facts,
    "a.object = ANY ($1::text[])"};
inline constexpr load_statement<invoice_row, 1> of_invoices{
    "load invoices",
    invoices,
    "a.id = ANY ($1::text[])"};
inline constexpr load_statement<stripe::decline_fact, 1> of_declines{
    "load declines",
    declines,
    "a.customer = ANY ($1::text[])"};
inline constexpr load_statement<dunning_case, 1> of_dunning_cases{
    "load dunning_cases",
    dunning_cases,
    "a.subscription = ANY ($1::text[])"};
// By their ids, of the customers, of the subscriptions.
inline constexpr load_statement<stripe::checkout_fact, 3> of_checkout_sessions{
    "load checkout_sessions",
    checkout_sessions,
    "a.id IN (SELECT unnest($1::text[]) UNION SELECT c.id FROM :S.checkout_sessions c WHERE "
    "c.customer = ANY ($2::text[]) UNION SELECT c.id FROM :S.checkout_sessions c WHERE "
    "c.subscription = ANY ($3::text[]))"};
// By their ids, of the subscriptions.
inline constexpr load_statement<stripe::schedule_fact, 2> of_schedules{
    "load schedules",
    schedules,
    "a.id IN (SELECT unnest($1::text[]) UNION SELECT c.id FROM :S.schedules c WHERE "
    "c.subscription = ANY ($2::text[]))"};
// Of the organizations, of the customers.
inline constexpr load_statement<mapping, 2> of_mappings{
    "load mappings",
    mappings,
    "a.event IN (SELECT m.event FROM :S.mappings m WHERE m.organization = ANY ($1::text[]) UNION "
    "SELECT m.event FROM :S.mappings m WHERE m.customer = ANY ($2::text[]))"};

// By their ids; of the organizations.
inline constexpr load_statement<grant, 1> of_grants{
    "load grants",
    grants,
    "a.event = ANY ($1::text[])"};
inline constexpr load_statement<grant, 1> of_grants_to{
    "load grants of organizations",
    grants,
    "a.organization = ANY ($1::text[])"};

}  // namespace billhook::loads
