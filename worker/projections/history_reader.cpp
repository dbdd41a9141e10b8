#include "worker/projections/history_reader.hpp"

#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/json/writer.hpp"
#include "worker/ledger/loads.hpp"
#include "worker/ledger/standing_rows.hpp"

#include <pqxx/result>

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string>
#include <utility>

namespace billhook {

namespace {

using ids = std::set<std::string>;

class reader {
public:
    reader(snapshot_reader& from, const organization_id& organization)
        : in_(from.in()), tables_(from.tables()), schema_(in_.quote_name(from.of().schema)) {
        past_.organization = organization;
        past_.livemode = from.of().livemode;
    }

    organization_history read(history_reach reach) {
        find_owned();
        if (reach == history_reach::owned_ever) {
            find_once_named();
        }
        find_neighbours();
        load_facts();
        load_journal();
        return std::move(past_);
    }

private:
    // `sql` names the schema as {0}; its first column is an id, or null.
    void find(ids& to, const char* sql, const std::string& argument) {
        for (const auto& row : in_.exec_params(fmt::format(fmt::runtime(sql), schema_), argument)) {
            if (!row[0].is_null()) {
                to.insert(row[0].c_str());
            }
        }
    }

    void find_owned() {
        const auto& organization = past_.organization.text();
        find(
            customers_,
            "SELECT id FROM {0}.customers WHERE organization = $1 UNION SELECT customer FROM "
            "{0}.mappings WHERE organization = $1",
            organization
        );
        find(
            subscriptions_, "SELECT id FROM {0}.subscriptions WHERE organization = $1", organization
        );
    }

    void find_once_named() {
        const auto& organization = past_.organization.text();
        find(
            customers_,
            "SELECT customer FROM {0}.checkout_sessions WHERE organization = $1 OR "
            "client_reference = $1",
            organization
        );
        find(
            subscriptions_,
            "SELECT subscription FROM {0}.checkout_sessions WHERE organization = $1 OR "
            "client_reference = $1",
            organization
        );
        std::string said = "\"organization\":";
        json::append_quoted(said, organization);
        find(
            customers_,
            "SELECT DISTINCT object FROM {0}.customer_facts WHERE strpos(content, $1) > 0",
            said
        );
        find(
            subscriptions_,
            "SELECT DISTINCT object FROM {0}.subscription_facts WHERE strpos(content, $1) > 0",
            said
        );
    }

    // A customer's organization depends on all of its sessions and mappings, a subscription's on
    // its customer's, a case on all of its subscription's invoices.
    void find_neighbours() {
        find(
            customers_,
            "SELECT customer FROM {0}.subscriptions WHERE id = ANY ($1::text[])",
            array_of(subscriptions_)
        );
        find(
            subscriptions_,
            "SELECT id FROM {0}.subscriptions WHERE customer = ANY ($1::text[])",
            array_of(customers_)
        );
        find(
            invoices_,
            "SELECT id FROM {0}.invoices WHERE subscription = ANY ($1::text[])",
            array_of(subscriptions_)
        );
    }

    void load_facts() {
        const auto customers = array_of(customers_);
        const auto subscriptions = array_of(subscriptions_);
        const auto organization = array_of(std::vector{past_.organization});
        for (auto& row : run(tables_, loads::of_customer_facts, customers)) {
            past_.customer_facts.push_back(std::move(row.fact));
        }
        for (auto& row : run(tables_, loads::of_subscription_facts, subscriptions)) {
            past_.subscription_facts.push_back(std::move(row.fact));
        }
        for (auto& row : run(tables_, loads::of_invoice_facts, array_of(invoices_))) {
            past_.invoice_facts.push_back(std::move(row.fact));
        }
        past_.checkout_sessions =
            run(tables_, loads::of_checkout_sessions, "{}", customers, subscriptions);
        past_.schedules = run(tables_, loads::of_schedules, "{}", subscriptions);
        past_.declines = run(tables_, loads::of_declines, customers);
        past_.mappings = run(tables_, loads::of_mappings, organization, customers);
        past_.grants = run(tables_, loads::of_grants_to, organization);
    }

    void load_journal() {
        ids events;
        const auto take = [&](const auto& facts) {
            for (const auto& fact : facts) {
                events.insert(fact.event.text());
            }
        };
        take(past_.customer_facts);
        take(past_.subscription_facts);
        take(past_.invoice_facts);
        take(past_.checkout_sessions);
        take(past_.schedules);
        take(past_.declines);
        for (const auto& record : past_.mappings) {
            events.insert(record.id.text());
        }
        for (const auto& record : past_.grants) {
            events.insert(record.id.text());
        }
        for (auto& row : run(tables_, loads::of_events, array_of(events))) {
            auto id = row.id;
            past_.journal.emplace(std::move(id), std::move(row));
        }
    }

    pqxx::transaction_base& in_;
    projection_work tables_;
    std::string schema_;
    organization_history past_;
    ids customers_;
    ids subscriptions_;
    ids invoices_;
};

}  // namespace

organization_history read_history(
    snapshot_reader& from,
    const organization_id& organization,
    history_reach reach
) {
    return reader(from, organization).read(reach);
}

organization_facts read_organization(snapshot_reader& from, const organization_id& organization) {
    auto all = load_organizations(from.tables(), {organization});
    return std::move(all.front());
}

std::vector<policy_period> read_policies(snapshot_reader& from, instant now) {
    std::vector<policy_period> periods;
    for (auto& each : postgres::all_applied_plans(from.in())) {
        periods.push_back({each.applied_at, std::move(each.text.plans)});
    }
    periods.back().from = std::min(periods.back().from, now);
    return periods;
}

}  // namespace billhook
