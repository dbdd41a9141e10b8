#include "worker/ledger/standing_rows.hpp"

#include "worker/ledger/loads.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace billhook {

namespace {

// A lock is a statement of its own; whatever decides is read in a later one.
constexpr projection_statement<1> make_rows{
    "make standings",
    "INSERT INTO :S.standings (organization) SELECT k FROM unnest($1::text[]) k WHERE NOT EXISTS "
    "(SELECT FROM :S.standings s WHERE s.organization = k) ORDER BY k COLLATE \"C\" ON CONFLICT DO "
    "NOTHING"};
constexpr projection_statement<1> mark_rows{
    "mark standings",
    "INSERT INTO :S.standings AS s (organization) SELECT k FROM unnest($1::text[]) k ORDER BY k "
    "COLLATE \"C\" ON CONFLICT (organization) DO UPDATE SET as_of = NULL, next_change_at = NULL "
    "WHERE s.as_of IS NOT NULL"};
constexpr projection_statement<1> lock_standing_rows{
    "lock standings",
    "SELECT organization FROM :S.standings WHERE organization = ANY ($1::text[]) ORDER BY "
    "organization FOR NO KEY UPDATE"};
constexpr projection_statement<2> claim_due{
    "claim due",
    "SELECT organization FROM :S.standings WHERE next_change_at <= $1::timestamptz ORDER BY "
    "next_change_at LIMIT $2::bigint FOR NO KEY UPDATE SKIP LOCKED"};

constexpr projection_statement<2> next_rows{
    "next organizations",
    "SELECT organization FROM :S.standings WHERE organization > $1::text ORDER BY organization "
    "LIMIT $2::bigint"};

constexpr projection_statement<2> rows_together{
    "rows of organizations together",
    "SELECT count(*) FROM ((SELECT 1 FROM :S.subscriptions s WHERE s.organization = ANY "
    "($1::text[]) LIMIT $2::bigint) UNION ALL (SELECT 1 FROM :S.customers c WHERE c.organization = "
    "ANY ($1::text[]) LIMIT $2::bigint)) r"};
constexpr projection_statement<1> rows_each{
    "rows of organizations",
    "SELECT k, (SELECT count(*) FROM :S.subscriptions s WHERE s.organization = k) + (SELECT "
    "count(*) FROM :S.customers c WHERE c.organization = k) FROM unnest($1::text[]) k ORDER BY k "
    "COLLATE \"C\""};
constexpr load_statement<subscription_row, 1> load_subscriptions{
    "load subscriptions of organizations",
    tables::subscriptions,
    "a.organization = ANY ($1::text[])"};
constexpr load_statement<customer_row, 1> load_customers{
    "load customers of organizations",
    tables::customers,
    "a.organization = ANY ($1::text[])"};
constexpr load_statement<standing, 1> load_standings{
    "load standings",
    tables::standings,
    "a.organization = ANY ($1::text[]) AND a.as_of IS NOT NULL"};
constexpr statement<1> load_recorded{
    "load recorded notices",
    "SELECT subscription, member, step, state FROM billhook.notices WHERE subscription = ANY "
    "($1::text[]) ORDER BY subscription, member, step"};
constexpr statement<0> load_notices_since{
    "load notices_since",
    "SELECT (extract(epoch FROM since) * 1000000)::bigint FROM billhook.notices_since"};

std::vector<organization_id> ids_of(const pqxx::result& rows) {
    std::vector<organization_id> ids;
    for (const auto& row : rows) {
        ids.emplace_back(row[0].c_str());
    }
    return ids;
}

using facts_by_organization = std::map<organization_id, organization_facts>;

// What was recorded for the subscriptions, by key.
void add_recorded(
    const projection_work& in,
    const std::string& subscriptions,
    const std::map<subscription_id, organization_id>& owned_by,
    facts_by_organization& to
) {
    for (auto& each : rows_in<recorded_notice>(run(in.in, load_recorded, subscriptions))) {
        to[owned_by.at(each.subscription)].recorded.push_back(std::move(each));
    }
}

// The invoices that are members of open cases, by id. (Other members are spells' first seconds, and
// name none.)
void add_members(const projection_work& in, facts_by_organization& to) {
    std::multimap<std::string, organization_facts*> wanted_by;
    for (auto& [organization, facts] : to) {
        std::set<std::string> members;
        for (const dunning_case& each : facts.cases) {
            if (!each.ended_at) {
                members.insert(each.members.begin(), each.members.end());
            }
        }
        for (const std::string& member : members) {
            wanted_by.emplace(member, &facts);
        }
    }
    if (wanted_by.empty()) {
        return;
    }
    array_literal ids;
    for (auto at = wanted_by.begin(); at != wanted_by.end();
         at = wanted_by.upper_bound(at->first)) {
        ids.add(at->first);
    }
    for (const auto& row : run(in, loads::of_invoices, ids.text())) {
        const auto [first, last] = wanted_by.equal_range(row.id.text());
        for (auto at = first; at != last; ++at) {
            at->second->invoices.push_back(row);
        }
    }
}

// The customers of an organization: mapped to it, or owning one of its subscriptions.
void add_customers(facts_by_organization& to, const std::vector<customer_row>& found) {
    std::map<std::string, const customer_row*> rows;
    std::multimap<organization_id, const customer_row*> by_organization;
    for (const customer_row& each : found) {
        rows.emplace(each.key, &each);
        if (each.organization) {
            by_organization.emplace(*each.organization, &each);
        }
    }
    const auto fact_of = [](const customer_row& row, bool mapped) {
        return customer_facts_of{
            customer_id(row.key), row.seen, mapped, row.state.created, row.deleted};
    };
    for (auto& [organization, facts] : to) {
        std::map<customer_id, customer_facts_of> customers;
        for (const subscription_row& each : facts.subscriptions) {
            if (!each.state.customer) {
                continue;
            }
            const auto row = rows.find(each.state.customer->text());
            if (row != rows.end()) {
                customers.insert_or_assign(*each.state.customer, fact_of(*row->second, false));
            }
        }
        const auto [first, last] = by_organization.equal_range(organization);
        for (auto at = first; at != last; ++at) {
            customers.insert_or_assign(customer_id(at->second->key), fact_of(*at->second, true));
        }
        for (const auto& [id, customer] : customers) {
            facts.customers.push_back(customer);
        }
    }
}

}  // namespace

std::vector<organization_id> lock_standings(
    const projection_work& in,
    std::span<const organization_id> touched
) {
    if (touched.empty()) {
        return {};
    }
    const std::set<organization_id> unique(touched.begin(), touched.end());
    const auto ids = array_of(unique);
    run(in, make_rows, ids);
    return ids_of(run(in, lock_standing_rows, ids));
}

void mark_standings(const projection_work& in, std::span<const organization_id> touched) {
    if (!touched.empty()) {
        const std::set<organization_id> unique(touched.begin(), touched.end());
        run(in, mark_rows, array_of(unique));
    }
}

std::vector<organization_id> claim_due_standings(
    const projection_work& in,
    instant horizon,
    std::size_t limit
) {
    auto ids = ids_of(run(in, claim_due, horizon, limit));
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<organization_id> organizations_after(
    const projection_work& in,
    const organization_id& last,
    std::size_t limit
) {
    return ids_of(run(in, next_rows, last, limit));
}

bool have_at_most(
    const projection_work& in,
    const std::vector<organization_id>& locked,
    std::size_t rows
) {
    return locked.size() <= 1 ||
           run(in, rows_together, array_of(locked), rows + 1)[0][0].as<std::size_t>() <= rows;
}

std::vector<std::pair<organization_id, std::size_t>> count_rows(
    const projection_work& in,
    const std::vector<organization_id>& locked
) {
    std::vector<std::pair<organization_id, std::size_t>> counts;
    for (const auto& row : run(in, rows_each, array_of(locked))) {
        counts.emplace_back(organization_id{row[0].c_str()}, row[1].as<std::size_t>());
    }
    return counts;
}

std::vector<organization_facts> load_organizations(
    const projection_work& in,
    const std::vector<organization_id>& locked
) {
    if (locked.empty()) {
        return {};
    }
    facts_by_organization all;
    for (const organization_id& each : locked) {
        all[each].organization = each;
    }
    const auto organizations = array_of(locked);
    std::set<subscription_id> subscriptions;
    std::set<customer_id> owners;
    std::map<subscription_id, organization_id> owned_by;
    for (auto& each : run(in, load_subscriptions, organizations)) {
        subscriptions.insert(each.id);
        owned_by.emplace(each.id, *each.organization);
        if (each.state.customer) {
            owners.insert(*each.state.customer);
        }
        all[*each.organization].subscriptions.push_back(std::move(each));
    }
    const auto owned = array_of(subscriptions);
    for (auto& each : run(in, loads::of_dunning_cases, owned)) {
        all[owned_by.at(each.subscription)].cases.push_back(std::move(each));
    }
    for (auto& each : run(in, loads::of_schedules, "{}", owned)) {
        all[owned_by.at(*each.subscription)].schedules.push_back(std::move(each));
    }
    add_recorded(in, owned, owned_by, all);
    add_members(in, all);
    auto customers = run(in, load_customers, organizations);
    for (const customer_row& each : customers) {
        owners.erase(customer_id(each.key));
    }
    if (!owners.empty()) {
        std::ranges::move(
            run(in, loads::of_customers, array_of(owners)), std::back_inserter(customers)
        );
    }
    add_customers(all, customers);
    for (auto& each : run(in, loads::of_mappings, organizations, "{}")) {
        all[*each.organization].mappings.push_back(std::move(each));
    }
    for (auto& each : run(in, loads::of_grants_to, organizations)) {
        all[each.organization].grants.push_back(std::move(each));
    }
    for (auto& each : run(in, load_standings, organizations)) {
        all[each.organization].stored = std::move(each);
    }
    std::optional<instant> notices_since;
    for (const auto& row : run(in.in, load_notices_since)) {
        row_reader(row) >> notices_since;
    }
    std::vector<organization_facts> facts;
    for (auto& [organization, each] : all) {
        each.notices_since = notices_since;
        std::ranges::sort(each.mappings, {}, [](const mapping& m) {
            return std::tie(m.customer, m.id);
        });
        std::ranges::sort(each.schedules, {}, [](const stripe::schedule_fact& f) {
            return std::tie(f.subscription, f.id);
        });
        facts.push_back(std::move(each));
    }
    return facts;
}

void store_standings(const projection_work& in, const restated& standings) {
    row_arrays arrays(elements_of(tables::standings));
    for (const standing& each : standings.standings) {
        arrays.add_row(each);
    }
    update_rows(in, tables::standings, arrays);
}

}  // namespace billhook
