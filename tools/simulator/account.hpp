#pragma once

#include "tools/simulator/account_settings.hpp"
#include "tools/simulator/fresh_ids.hpp"
#include "tools/simulator/objects.hpp"
#include "tools/simulator/schedule.hpp"
#include "tools/simulator/teller.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook::simulator {

// One Stripe account with a clock of its own: objects, the acts of its owner and its customers, and
// all that Stripe does by itself as time passes. Each act appends the events that Stripe sends, in
// the order in which it makes them. Time moves by `advance_to` alone; acts happen at `now()`.
class account {
public:
    account(account_settings settings, instant start);

    void advance_to(instant when);  // runs everything due up to and at `when`
    [[nodiscard]] instant now() const { return now_; }

    // Acts. Ids of objects that this account does not have are bugs.
    std::string create_customer(const metadata& pairs);
    void rename_customer(const std::string& customer, const std::string& name);
    void set_card(const std::string& customer, card kind);
    std::string subscribe(const std::string& customer, const subscribe_options& options);
    // A Checkout session that says it made the subscription; `reference` is its
    // client_reference_id.
    void complete_checkout(const std::string& subscription, const std::string& reference);
    // One that nobody completes; it expires after `lasting`. While open it is only listed.
    void leave_checkout(
        const std::string& customer,
        const std::string& reference,
        std::chrono::seconds lasting
    );
    std::string bill_once(const std::string& customer, const one_off& what);
    void pay(const std::string& invoice);  // by hand, with the customer's card
    void change_price(const std::string& subscription, const price& next, bool invoice_now);
    // Takes effect once its invoice is paid, within 23 hours; until then a `pending_update`.
    void change_price_once_paid(const std::string& subscription, const price& next);
    void add_item(const std::string& subscription, const price& sold, std::int64_t quantity);
    void set_quantity(const std::string& subscription, const price& of, std::int64_t quantity);
    // A schedule from the subscription as it is: its one item, until the period ends.
    std::string begin_schedule(const std::string& subscription);
    void plan_phases(const std::string& schedule, const arrangement& planned);
    void release_schedule(const std::string& schedule);
    void set_metadata(const std::string& subscription, const metadata& pairs);
    // Another price takes the key over: it is gone from this one, and no event says so.
    void move_lookup_key(const std::string& price);
    void cancel_now(const std::string& subscription, const std::string& reason);
    void cancel_at_period_end(const std::string& subscription);
    void undo_cancel(const std::string& subscription);
    void pause_collection(const std::string& subscription, const std::string& behavior);
    void pause(const std::string& subscription);  // on request
    void resume(const std::string& subscription, resuming how = resuming::with_invoice);
    void void_invoice(const std::string& invoice);
    void mark_uncollectible(const std::string& invoice);
    void delete_customer(const std::string& customer);
    // From now on events whose type begins with `prefix` are never sent; `hear` ends it.
    void lose(std::string prefix) { teller_.lose(std::move(prefix)); }
    void hear() { teller_.hear(); }

    [[nodiscard]] const std::vector<sent_event>& events() const { return teller_.events(); }
    [[nodiscard]] const subscription& at(const std::string& id) const {
        return subscriptions_.at(id);
    }
    [[nodiscard]] const std::map<std::string, checkout_session>& checkout_sessions() const {
        return sessions_;
    }
    // The simulator's own record, for the truth.
    [[nodiscard]] const told_record& told() const { return teller_.told(); }
    // The same after a reading of all objects as they are now.
    [[nodiscard]] told_record read() const;

private:
    // Subscriptions (subscriptions.cpp).
    void begin_trial(subscription& of);
    void begin_paid(subscription& of, bool shows_end_state);
    void tell_paid_sign_up(const subscription& of, invoice& first);
    void end_trial(const std::string& id);
    void expire_incomplete(const std::string& id);
    void reach_period_end(const std::string& id, instant which);
    void renew(subscription& what);
    void remove(subscription& what, const std::string& reason);
    void watch_period(const subscription& what);
    void watch_item(const subscription& of, std::size_t item);
    void renew_item(const std::string& id, std::size_t item, instant which);
    void expire_pending(const std::string& id, const std::string& invoice);
    void apply_pending(subscription& what);
    // Schedules (schedules.cpp).
    [[nodiscard]] bool pass_phase(subscription& what);
    void end_schedule(subscription& what, std::string status);
    // Pauses (pausing.cpp).
    void pause_for(subscription& what, std::string reason);
    void pause_for_first_failure(const invoice& failed);
    void resume_paid(subscription& what);
    [[nodiscard]] instant next_boundary(const subscription& what) const;
    // Invoices (invoices.cpp).
    invoice& draft(subscription& of, std::string_view reason, std::int64_t amount);
    void tell_draft(const invoice& what);
    void collect(const std::string& id);
    void finalize(invoice& what);
    void charge(invoice& what, bool automatic);
    void succeed(invoice& what, bool automatic);
    void fail(invoice& what, bool automatic);
    void demand_action(invoice& what);
    void exhaust(invoice& what);
    void settle(invoice& what, std::string status);
    void let_lie(const std::string& subscription);
    [[nodiscard]] subscription* moved_by(const invoice& what);
    void set_status(subscription& what, std::string status);
    void set_delinquent(const std::string& customer, bool delinquent);
    // Clock, ids, events (account.cpp).
    void at_time(instant when, std::function<void()> what);
    [[nodiscard]] std::string fresh(std::string_view kind) { return ids_.next(kind); }
    void begin_act() { request_ = fresh("req"); }
    template <class Object>
    void tell(const std::string& type, const Object& what) {
        teller_.tell({now_, request_}, type, what);
    }
    void tell_side(const std::string& type, const invoice& about, std::string_view status) {
        teller_.tell_side({now_, request_}, type, about, status);
    }

    account_settings settings_;
    fresh_ids ids_;
    teller teller_;
    instant now_;
    std::string request_;  // empty: Stripe acts by itself
    std::multimap<instant, std::function<void()>> due_;
    std::map<std::string, customer> customers_;
    std::map<std::string, card> cards_;
    std::map<std::string, subscription> subscriptions_;
    std::map<std::string, invoice> invoices_;
    std::map<std::string, schedule> schedules_;
    std::map<std::string, checkout_session> sessions_;
    std::map<std::string, instant> first_attempts_;
};

}  // namespace billhook::simulator
