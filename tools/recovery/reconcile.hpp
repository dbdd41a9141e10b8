#pragma once

#include "schemas/io/process/clock.hpp"
#include "schemas/io/stripe_api/client.hpp"
#include "schemas/io/stripe_api/pages.hpp"
#include "schemas/messages/publisher.hpp"
#include "tools/recovery/holdings.hpp"
#include "tools/recovery/reconcile_report.hpp"
#include "worker/insight/delinquency.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Stripe's current objects against what the fold made of its events.
namespace billhook {

struct reconcile_request {
    bool heal = false;             // publish what brings the fold to Stripe's state
    bool another_account = false;  // also if the key's account has none of our customers
};

struct reconcile_ports {
    stripe::client& from;
    holdings& ours;
    publisher& into;
    clock& time;
};

// One pass: doubtful objects first; then Stripe's customers, subscriptions, schedules, open
// invoices and drafts, all invoices of delinquent subscriptions, and what we hold as unfinished but
// Stripe did not list. Each object that seems to differ is asked for once more, alone, before it
// counts.
class reconcile {
public:
    // Nothing is healed from an account that has none of our customers, unless that is asked for
    // (stripe::failure). `livemode`: of the key.
    reconcile(const reconcile_ports& with, bool livemode, const reconcile_request& what)
        : with_(with), livemode_(livemode), what_(what) {}

    // Blocks, minutes for large accounts; `watch` is called after each page and each object asked
    // for. Throws stripe::failure (also for what Stripe refuses), not_published, what the ports
    // throw; the report is up to date then.
    void run(const std::function<void(const reconcile_report&)>& watch);
    [[nodiscard]] const reconcile_report& report() const noexcept { return report_; }

private:
    using watcher = std::function<void(const reconcile_report&)>;

    void run_doubtful(const watcher& watch);
    void walk_customers(const watcher& watch);
    void walk_subscriptions(const watcher& watch);
    void walk_schedules(const watcher& watch);
    void walk_invoices(const stripe::parameters& query, const watcher& watch);
    void walk_delinquent(const subscription_id& id, const watcher& watch);
    void compare_invoices(const stripe::page& page, instant at);
    void add_collected(const stripe::page& page, instant at, std::vector<collected_invoice>& to)
        const;
    void refuse_another_account() const;
    void add_unlisted();
    void look_at_suspects(const watcher& watch);
    void look_at(const customer_id& id);
    void look_at_subscriptions_of(const customer_id& id);
    void look_at(const subscription_id& id);
    void look_at(const schedule_id& id);
    void look_at(const invoice_id& id);
    [[nodiscard]] bool is_delinquent_at_stripe(const subscription_id& id);
    void look_for_session(const subscription_id& id);
    template <class Id>
    [[nodiscard]] object_context around(const Id& id, bool mapped) const {
        return {.dead_letter = dead_.contains(id.text()), .mapped = mapped};
    }
    void note(divergence what, const std::vector<std::string>& bodies);

    reconcile_ports with_;
    bool livemode_;
    reconcile_request what_;
    reconcile_report report_;
    object_ids ours_;  // unfinished when the pass began
    std::set<customer_id> known_customers_;
    std::set<std::string> dead_;
    std::set<customer_id> suspect_customers_, doubtful_customers_, seen_customers_;
    std::set<subscription_id> suspect_subscriptions_, seen_subscriptions_;
    std::set<schedule_id> suspect_schedules_, seen_schedules_;
    std::set<invoice_id> suspect_invoices_, seen_invoices_;
    std::map<subscription_id, shown_subscription> delinquent_;
    std::set<std::string> looked_at_;
};

}  // namespace billhook
