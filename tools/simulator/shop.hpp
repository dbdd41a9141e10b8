#pragma once

#include "tools/simulator/api_server.hpp"
#include "tools/simulator/objects.hpp"
#include "tools/simulator/render.hpp"
#include "tools/simulator/stock.hpp"

#include <boost/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace billhook::simulator {

// A subscription that was sold, with what only expansions show of it.
struct sold_subscription {
    subscription is;
    std::string invoice_status;  // of the latest; empty: it has none
    std::int64_t amount_due = 0;
    std::string invoice_reason = "subscription_create";
    instant invoiced{};        // when the latest was made
    instant settled{};         // when it was paid or voided, if it was
    std::int64_t tries = 0;    // to charge for it
    bool wants_setup = false;  // pending_setup_intent
    std::string schedule;      // that is attached; empty: none
    bool keeps_card = false;   // save_default_payment_method: on_subscription
    std::string card;          // its own, charged before the customer's; empty: none
};

// A card that a payer gave.
struct sold_card {
    std::string id;
    std::string customer;
    instant created{};
};

// A subscription schedule: the phase of now, and what follows.
struct sold_schedule {
    std::string id;
    std::string subscription;
    instant created{};
    instant start{};
    instant end{};
    bool released = false;
    std::string next_price;  // empty: nothing follows
    std::int64_t next_quantity = 1;
};

// A session of Checkout.
struct sold_session {
    std::string id;
    std::string customer;
    instant created{};
    std::string status = "open";
    std::string ui_mode;
    simulator::metadata metadata;
    std::string subscription;  // once it is complete
    api_call asked;
    std::string link{};  // of its page, if it is hosted
};

// What the simulated Stripe sells: its stock, subscriptions whose first payment a page confirms
// (payment_behavior=default_incomplete), their changes and previews, and sessions of Checkout.
// Parameters that it does not know are refused, as Stripe refuses them, and so is what the asked
// version cannot expand. One thread at a time.
class shop {
public:
    shop(std::vector<price> prices, std::function<instant()> now)
        : stock_(std::move(prices)), now_(std::move(now)) {}

    // Nothing: the path is none of the shop's. The customer of a POST lives.
    [[nodiscard]] std::optional<api_answer> write(const api_call& call);
    [[nodiscard]] std::optional<api_answer> read(const api_call& call) const;
    [[nodiscard]] std::optional<api_answer> remove(const api_call& call);

    // The payer gives a card; its id.
    std::string give_card(const std::string& customer);
    // nullptr: nobody gave it.
    [[nodiscard]] const sold_card* find_card(const std::string& id) const;
    // The payer's card is declined from now on, or is not.
    void decline(bool so) { declines_ = so; }
    // The subscription pauses, as when its trial ended without a card.
    void pause(const std::string& subscription);
    // The payer confirms with a new card: the open invoice is paid, with what waited for it, or the
    // card is set up.
    // False: nothing to do.
    bool confirm(const std::string& subscription);
    // He ends it with its period in the portal, or takes that back.
    void cancel_at_end(const std::string& subscription, bool so);
    // The period is over: it ends if that was arranged; else the next one begins, as a schedule
    // says, and its invoice is paid or the card declined. False: none begins for this one.
    bool renew(const std::string& subscription, bool pays);
    // The payer completes a session: a subscription is made, and paid. False: it is not open.
    bool complete(const std::string& session);
    // The day has come: an incomplete one expires, a trial without a card ends.
    void end(const std::string& subscription);

    [[nodiscard]] const stock& on_sale() const { return stock_; }
    [[nodiscard]] const std::vector<sold_subscription>& subscriptions() const { return sold_; }
    [[nodiscard]] const std::vector<sold_session>& sessions() const { return sessions_; }
    [[nodiscard]] const std::vector<sold_schedule>& schedules() const { return schedules_; }
    [[nodiscard]] boost::json::object schedule_hash(const sold_schedule& what) const;

private:
    [[nodiscard]] api_answer create_subscription(const api_call& call);
    [[nodiscard]] std::optional<api_answer> write_stock(const api_call& call);
    [[nodiscard]] api_answer list_subscriptions(const api_call& call) const;
    [[nodiscard]] std::optional<api_answer> change_subscription(const api_call& call);
    [[nodiscard]] api_answer update_subscription(const api_call& call, sold_subscription& what);
    [[nodiscard]] std::optional<api_answer> write_schedule(const api_call& call);
    [[nodiscard]] api_answer update_schedule(const api_call& call, sold_schedule& what);
    [[nodiscard]] std::optional<api_answer> read_schedules(const api_call& call) const;
    [[nodiscard]] api_answer list_schedules(const api_call& call) const;
    [[nodiscard]] api_answer shown_schedule(const sold_schedule& what) const;
    [[nodiscard]] api_answer preview(const api_call& call);
    [[nodiscard]] std::optional<api_answer> void_invoice(const api_call& call);
    [[nodiscard]] std::optional<api_answer> write_session(const api_call& call);
    [[nodiscard]] std::optional<api_answer> read_sessions(const api_call& call) const;
    [[nodiscard]] api_answer open_session(const api_call& call);
    [[nodiscard]] sold_session* find_session(const std::string& id);
    [[nodiscard]] sold_subscription* find_subscription(const std::string& id);
    void settle(sold_subscription& what, const char* status);

    stock stock_;
    std::function<instant()> now_;
    std::vector<sold_subscription> sold_;  // as made
    std::vector<sold_session> sessions_;   // the same
    std::vector<sold_schedule> schedules_;
    std::vector<sold_card> cards_;
    bool declines_ = false;
};

[[nodiscard]] boost::json::object card_hash(const sold_card& what);
// The subscription with what the call asks to expand; refused if its version lacks that.
[[nodiscard]] api_answer shown_to(
    const api_call& call,
    const sold_subscription& what,
    const sold_card* card = nullptr  // its own, if the call may ask to expand it
);
// Without expansions.
[[nodiscard]] boost::json::object subscription_hash(
    const sold_subscription& what,
    const rendering& as
);
// Its latest invoice.
[[nodiscard]] invoice invoice_of(const sold_subscription& what);

}  // namespace billhook::simulator
