#pragma once

#include "schemas/json/value.hpp"
#include "schemas/types/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a page has to do after a subscription was made or changed, in every shape of Stripe's API.
// Pure.
namespace billhook::api {

// Of Stripe.js: confirmPayment, confirmSetup, or neither.
enum class confirmation_kind : std::uint8_t { none, payment, setup };
[[nodiscard]] std::string_view to_word(confirmation_kind what);

// The secret goes to the page that asked, and into no log and no record.
struct confirmation {
    confirmation_kind kind = confirmation_kind::none;
    secret client_secret;

    friend bool operator==(const confirmation&, const confirmation&) = default;
};

// What to `expand` of a subscription so that `confirmation_of` finds it. Stripe refuses a request
// that names what its version lacks: until 2025-03-31 (basil) an invoice has a payment_intent, from
// then on a confirmation_secret.
[[nodiscard]] std::vector<std::string> expansions_for(std::string_view api_version);

// A payment while the latest invoice is open, else a setup while one is pending, else nothing.
[[nodiscard]] confirmation confirmation_of(const json::value& subscription);

// The subscription's JSON as if nothing had been expanded: what was is its id again. Without that a
// client secret would stand in the log.
[[nodiscard]] std::string without_expansions(const json::value& subscription);

}  // namespace billhook::api
