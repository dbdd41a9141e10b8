#pragma once

#include "ingest/api/service/writing_calls.hpp"

#include <utility>

// For the files of the calls that ask Stripe.
namespace billhook::api {

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

// A key that no other request has.
[[nodiscard]] std::string fresh_key();

// Made in customer_call.cpp and link_calls.cpp.
[[nodiscard]] http::response customer_of(
    const stripe_call& asked,
    standing_store& state,
    stripe::client& stripe,
    const stripe_side& with
);
[[nodiscard]] http::response portal_of(
    const stripe_call& asked,
    standing_store& state,
    stripe::client& stripe,
    const stripe_side& with
);
[[nodiscard]] http::response open_invoices_of(
    const stripe_call& asked,
    standing_store& state,
    stripe::client& stripe,
    const stripe_side& with
);

}  // namespace billhook::api
