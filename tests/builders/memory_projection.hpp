#pragma once

#include "worker/domain/needs.hpp"
#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace billhook::builders {

// The tables of one projection, in memory, with the reads and writes that the ledger does in SQL.
// No transactions: `sim_ledger` and single-threaded tests put those around it. A value.
class memory_projection {
public:
    explicit memory_projection(bool livemode = false, std::set<std::string> accounts = {})
        : livemode_(livemode), accounts_(std::move(accounts)) {}

    // From now on every fact, invoice and refusal of what is touched is read, as if none could be
    // spared.
    void read_everything() { reads_everything_ = true; }

    // Makes the customers' rows that are missing, as locking them does.
    void make_customers(const object_keys& keys);
    [[nodiscard]] known load(const object_keys& keys) const;
    void store(const changes& folded);

    [[nodiscard]] organization_facts load(const organization_id& organization) const;
    void store(const restated& standings);

    [[nodiscard]] const std::map<organization_id, standing>& standings() const {
        return standings_;
    }
    [[nodiscard]] const std::map<event_id, journal_row>& journal() const { return journal_; }
    [[nodiscard]] const std::map<std::string, customer_row>& customers() const {
        return customers_;
    }
    [[nodiscard]] const std::map<fact_key, customer_fact_row>& customer_facts() const {
        return customer_facts_;
    }
    [[nodiscard]] const std::map<fact_key, subscription_fact_row>& subscription_facts() const {
        return subscription_facts_;
    }
    [[nodiscard]] const std::map<fact_key, invoice_fact_row>& invoice_facts() const {
        return invoice_facts_;
    }
    [[nodiscard]] const std::map<subscription_id, subscription_row>& subscriptions() const {
        return subscriptions_;
    }
    [[nodiscard]] const std::map<invoice_id, invoice_row>& invoices() const { return invoices_; }
    [[nodiscard]] const std::map<schedule_id, stripe::schedule_fact>& schedules() const {
        return schedules_;
    }
    [[nodiscard]] std::vector<dunning_case> cases() const;
    // Not of the projection, but beside it: what was recorded, and what was sent, in that order.
    // Recording a step for a member that has it aborts.
    [[nodiscard]] const std::set<recorded_notice>& recorded() const { return recorded_; }
    [[nodiscard]] const std::vector<notice>& sent() const { return sent_; }
    // Of each of them the members that it was recorded for.
    [[nodiscard]] const std::vector<std::set<std::string>>& told() const { return told_; }

    // Every row of every table as a line of text, sorted, but the columns that I4 lets differ: the
    // journal's outcome, deliveries and arrival, and a standing's as_of.
    [[nodiscard]] std::vector<std::string> dump() const;

    // Of everything, also of what I4 lets differ.
    friend bool operator==(const memory_projection&, const memory_projection&) = default;

private:
    // Named by the keys, or of one of the customers that are loaded.
    [[nodiscard]] std::set<subscription_id> touched_subscriptions(
        const object_keys& keys,
        const known& all
    ) const;
    void load_facts(
        const object_keys& keys,
        const std::set<subscription_id>& subscriptions,
        known& all
    ) const;
    void load_invoices(
        const object_keys& keys,
        const std::set<subscription_id>& subscriptions,
        known& all
    ) const;
    void load_declines(const object_keys& keys, known& all) const;
    // A paid one that overtakes another, of a date, if nothing before it certainly does, not
    // counting `named`.
    void load_overtaking(
        const overtaken_asked& asked,
        instant until,
        const std::vector<invoice_id>& named,
        known& all
    ) const;

    bool livemode_;
    bool reads_everything_ = false;
    std::set<std::string> accounts_;
    std::map<event_id, journal_row> journal_;
    std::map<std::string, customer_row> customers_;
    std::map<fact_key, customer_fact_row> customer_facts_;
    std::map<subscription_id, subscription_row> subscriptions_;
    std::map<fact_key, subscription_fact_row> subscription_facts_;
    std::map<invoice_id, invoice_row> invoices_;
    std::map<fact_key, invoice_fact_row> invoice_facts_;
    std::map<checkout_session_id, stripe::checkout_fact> checkout_sessions_;
    std::map<schedule_id, stripe::schedule_fact> schedules_;
    std::map<event_id, mapping> mappings_;
    std::map<event_id, grant> grants_;
    std::map<std::pair<customer_id, event_id>, stripe::decline_fact> declines_;
    std::map<std::pair<subscription_id, instant>, dunning_case> cases_;
    std::map<organization_id, standing> standings_;
    std::set<recorded_notice> recorded_;
    std::vector<notice> sent_;
    std::vector<std::set<std::string>> told_;
};

}  // namespace billhook::builders
