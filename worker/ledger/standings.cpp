#include "worker/ledger/standings.hpp"

#include "worker/ledger/rows.hpp"
#include "worker/ledger/statements.hpp"

#include <pqxx/result>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace billhook {

namespace {

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
    pqxx::transaction_base& in,
    const std::string& subscriptions,
    const std::map<subscription_id, organization_id>& owned_by,
    facts_by_organization& to
) {
    for (auto& each : rows_in<recorded_notice>(run(in, "load recorded notices", {subscriptions}))) {
        to[owned_by.at(each.subscription)].recorded.push_back(std::move(each));
    }
}

// The invoices that are members of open cases, by id. (Other members are spells' first seconds, and
// name none.)
void add_members(pqxx::transaction_base& in, facts_by_organization& to) {
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
    array_literal ids;
    for (auto at = wanted_by.begin(); at != wanted_by.end();
         at = wanted_by.upper_bound(at->first)) {
        ids.add(at->first);
    }
    for (const auto& row : rows_in<invoice_row>(run(in, "load invoices by id", {ids.text()}))) {
        const auto [first, last] = wanted_by.equal_range(row.id.text());
        for (auto at = first; at != last; ++at) {
            at->second->invoices.push_back(row);
        }
    }
}

// The customers of an organization: mapped to it, or owning one of its subscriptions.
void add_customers(facts_by_organization& to, const std::vector<customer_row>& found) {
    std::map<std::string, const customer_row*> rows;
    for (const customer_row& each : found) {
        rows.emplace(each.key, &each);
    }
    const auto fact_of = [](const customer_row& row, bool mapped) {
        return customer_facts_of{customer_id(row.key), row.known, mapped, row.state.created};
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
        for (const auto& [key, row] : rows) {
            if (row->organization == organization) {
                customers.insert_or_assign(customer_id(key), fact_of(*row, true));
            }
        }
        for (const auto& [id, customer] : customers) {
            facts.customers.push_back(customer);
        }
    }
}

}  // namespace

std::vector<organization_id> lock_standings(
    pqxx::transaction_base& in,
    std::span<const organization_id> touched
) {
    if (touched.empty()) {
        return {};
    }
    const std::set<organization_id> unique(touched.begin(), touched.end());
    const std::vector<std::string> ids{array_of(unique)};
    (void)run(in, "make standings", ids);
    return ids_of(run(in, "lock standings", ids));
}

void mark_standings(pqxx::transaction_base& in, std::span<const organization_id> touched) {
    if (!touched.empty()) {
        const std::set<organization_id> unique(touched.begin(), touched.end());
        (void)run(in, "mark standings", {array_of(unique)});
    }
}

std::vector<organization_id> claim_due_standings(
    pqxx::transaction_base& in,
    instant horizon,
    std::size_t limit
) {
    auto ids = ids_of(run(in, "claim due", {to_rfc3339(horizon), std::to_string(limit)}));
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<organization_facts> load_organizations(
    pqxx::transaction_base& in,
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
    for (auto& each :
         rows_in<subscription_row>(run(in, "load subscriptions of organizations", {organizations})
         )) {
        subscriptions.insert(each.id);
        owned_by.emplace(each.id, *each.organization);
        if (each.state.customer) {
            owners.insert(*each.state.customer);
        }
        all[*each.organization].subscriptions.push_back(std::move(each));
    }
    const auto owned = array_of(subscriptions);
    for (auto& each : rows_in<dunning_case>(run(in, "load dunning_cases", {owned}))) {
        all[owned_by.at(each.subscription)].cases.push_back(std::move(each));
    }
    add_recorded(in, owned, owned_by, all);
    add_members(in, all);
    add_customers(
        all,
        rows_in<customer_row>(
            run(in, "load customers of organizations", {organizations, array_of(owners)})
        )
    );
    for (auto& each : rows_in<mapping>(run(in, "load mappings", {organizations, "{}"}))) {
        all[each.organization].mappings.push_back(std::move(each));
    }
    for (auto& each : rows_in<standing>(run(in, "load standings", {organizations}))) {
        all[each.organization].stored = std::move(each);
    }
    std::vector<organization_facts> facts;
    for (auto& [organization, each] : all) {
        std::ranges::sort(each.mappings, {}, [](const mapping& m) {
            return std::tie(m.customer, m.id);
        });
        facts.push_back(std::move(each));
    }
    return facts;
}

void store_standings(pqxx::transaction_base& in, const restated& standings) {
    row_arrays arrays(tables::standings.columns.size());
    for (const standing& each : standings.standings) {
        arrays.add_row(each);
    }
    if (!arrays.empty()) {
        (void)run(in, "upsert standings", arrays.literals());
    }
}

}  // namespace billhook
