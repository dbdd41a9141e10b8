#pragma once

#include "ingest/api/calls/selling.hpp"
#include "ingest/api/service/writing_calls.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

// For the files of the calls that ask Stripe.
namespace billhook::api {

// Idempotency keys of one write that may have been answered 500 for good before it is given up.
inline constexpr int most_keys = 3;

// Stripe said no; caught in `answer_to`.
struct refused_by_stripe {
    stripe::refusal why;
};

// One question through the circuit. Throws stripe::failure.
template <class Question>
auto asked_through(stripe::circuit& circuit, const Question& question) {
    if (!circuit.may_ask(std::chrono::steady_clock::now())) {
        throw stripe::failure("Stripe did not answer lately", true);
    }
    try {
        auto told = question();
        circuit.answered();
        return told;
    } catch (const stripe::failure&) {
        circuit.failed(std::chrono::steady_clock::now());
        throw;
    }
}

// The same for who has no use for a refusal: throws refused_by_stripe as well.
template <class Question>
stripe::reply answered_through(stripe::circuit& circuit, const Question& question) {
    auto told = asked_through(circuit, question);
    if (!told) {
        throw refused_by_stripe{told.error()};
    }
    return *std::move(told);
}

// Of a key: it was answered 500, or was another call's. It stays so for a day; whoever asked looks
// again what is there, and takes the next one, so often at most.
[[nodiscard]] inline bool is_spent(const stripe::refusal& of_the_key) {
    return of_the_key.status >= 500 || of_the_key.type == "idempotency_error";
}
inline constexpr int most_tries = 8;

// A key that no other request has.
[[nodiscard]] std::string fresh_key();

// What a call has at hand.
struct at_work {
    const stripe_call& asked;
    standing_store& state;
    stripe::client& stripe;
    const stripe_side& with;

    [[nodiscard]] const organization_id& organization() const { return *asked.what.organization; }
    [[nodiscard]] stripe::reply get(const stripe::request& what) const {
        return answered_through(with.circuit, [&] { return stripe.get(what, asked.until); });
    }
    [[nodiscard]] result<stripe::reply, stripe::refusal> post(const stripe::writing& what) const {
        return asked_through(with.circuit, [&] { return stripe.post(what); });
    }
};

// An object as Stripe has just answered it, for the log: `customer.subscription.created` and the
// like. Nothing if Kafka did not acknowledge it in time.
struct shown_object {
    std::string_view type;
    std::string id;
    std::string json;
    instant created{};
};
[[nodiscard]] std::optional<log_position> published(const at_work& at, const shown_object& what);
[[nodiscard]] http::response kept_nowhere(std::string body, int status = 200);

// The organization's customer, made and published if there is none. Whoever asks holds its permit.
struct buyer {
    std::string customer;
    bool created = false;
    std::optional<log_position> after;  // nothing if it was known
};
[[nodiscard]] result<buyer, http::problem> buyer_for(const at_work& at);

// In selling_steps.cpp: what a sale begins with. The price is in the currency, else in that of
// the standing.
[[nodiscard]] result<sold_price, http::problem> price_at_stripe(
    const at_work& at,
    const order& wanted,
    const std::optional<std::string>& currency = {}
);
// What Stripe shows of the prices of each plan, in the order of the catalogue.
[[nodiscard]] std::vector<shown_prices> all_prices_at_stripe(const at_work& at);
[[nodiscard]] std::string subscription_path(const std::string& id);
// What the fold knows of the organization's subscriptions, with what Stripe shows of the customer's
// over it.
[[nodiscard]] std::vector<owned_subscription> subscriptions_of(
    const at_work& at,
    const std::string& customer
);
// Ends those that nobody paid. False: one of them has just been paid, or is being.
[[nodiscard]] bool end_abandoned(const at_work& at, const std::vector<std::string>& ids);

// In card_steps.cpp: what the living subscriptions of the fold are charged to becomes the
// customer's default, so that a card which he gives in the portal is charged from then on
// (calls/cards.hpp). Done twice it is done; what Stripe refuses of it is a line in the log. Throws
// stripe::failure.
void move_cards_to_customer(const at_work& at, const std::string& customer);

// In checkout_call.cpp: the customer's sessions of Checkout. All that are open are expired but one
// of the offer (none if it is empty); operation_in_progress if one of them was just completed.
struct checkout_room {
    std::string newest;               // id; empty: there never was one
    std::optional<std::string> same;  // id of the open one of the offer
};
[[nodiscard]] result<checkout_room, http::problem> room_at_checkout(
    const at_work& at,
    const std::string& customer,
    const std::string& offer
);

// Each made in the file of its name; the last four of a living subscription.
[[nodiscard]] http::response customer_of(const at_work& at);
[[nodiscard]] http::response portal_of(const at_work& at);
[[nodiscard]] http::response open_invoices_of(const at_work& at);
[[nodiscard]] http::response subscription_of(const at_work& at);
[[nodiscard]] http::response checkout_of(const at_work& at);
[[nodiscard]] http::response preview_of(const at_work& at);
[[nodiscard]] http::response change_of(const at_work& at);
[[nodiscard]] http::response cancel_of(const at_work& at);
[[nodiscard]] http::response resume_of(const at_work& at);

}  // namespace billhook::api
