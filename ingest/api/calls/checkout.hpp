#pragma once

#include "ingest/api/calls/order.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a session of Stripe Checkout is asked for. Pure.
namespace billhook::api {

// Stripe's page; Stripe's page within ours; our page with Stripe's fields.
enum class checkout_mode : std::uint8_t { hosted, embedded, elements };
[[nodiscard]] std::string_view to_word(checkout_mode what);

struct checkout_order {
    order what;
    checkout_mode mode = checkout_mode::hosted;
    std::string success_url;  // of hosted; may hold {CHECKOUT_SESSION_ID}
    std::string cancel_url;   // the same; empty: none
    std::string return_url;   // of the others

    friend bool operator==(const checkout_order&, const checkout_order&) = default;
};

// An order's members; `mode`, hosted if it is not said; and success_url (and cancel_url) or
// return_url, as Stripe takes them for the mode. malformed_body, unknown_plan, and
// return_url_refused for one outside of the origins.
[[nodiscard]] result<checkout_order, http::problem> checkout_from(
    std::string_view body,
    const catalogue& plans,
    const std::vector<std::string>& origins
);

// Stripe's name for it, which changed with 2026-03-25 (dahlia); the others are refused.
[[nodiscard]] std::string_view ui_mode_for(checkout_mode mode, std::string_view api_version);

// What makes two sessions the same: 32 hex digits, the session's metadata `billhook_offer`.
[[nodiscard]] std::string offer_of(const checkout_order& what, const std::string& price);

// Stripe takes these as client_reference_id: 1 to 200 letters, digits, "-", "_".
[[nodiscard]] bool is_reference(std::string_view text);

}  // namespace billhook::api
