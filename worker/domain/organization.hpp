#pragma once

#include "schemas/messages/mapping.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/types/ids.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Whose a customer or a subscription is (worker/README.md, "The fold"). Pure, over all that is
// known of the customer.
namespace billhook {

// What a Checkout session claims for its own subscription: only mode=subscription and completed,
// its metadata before client_reference_id.
[[nodiscard]] std::optional<organization_id> claim_of(const stripe::checkout_fact& session);

// Everything but an object's own word that names an organization for a customer.
struct claims {
    std::span<const stripe::checkout_fact> sessions;  // of the customer or the subscription
    std::span<const mapping> mappings;                // of the customer
};

// What names an organization for an object; the first that is there counts.
enum class claimed_by : std::uint8_t {
    operators_override,  // of a subscription alone
    metadata,            // its own
    checkout_session,    // of a subscription its own; of a customer its latest by its metadata
    customer,            // of a subscription alone: whose its customer is
    mapping_record,      // of a customer, as all below
    client_reference
};
[[nodiscard]] std::string_view to_word(claimed_by what);

struct organization_claim {
    organization_id organization;
    claimed_by by = claimed_by::metadata;
    friend bool operator==(const organization_claim&, const organization_claim&) = default;
};

// Its metadata, the metadata of its latest session that was completed, its latest mapping record
// unless that takes back what was said; then the client_reference_id of its completed sessions, if
// all that have one agree. That one is whatever the visitor of a payment link wrote into its
// address: it takes nothing that anything else names.
[[nodiscard]] std::optional<organization_claim> claim_on_customer(
    const customer_id& customer,
    const std::optional<organization_id>& own_metadata,
    const claims& known
);

// An operator's latest override for it unless that takes one back, its metadata, its own session,
// then whose its customer is (`customers`).
[[nodiscard]] std::optional<organization_claim> claim_on_subscription(
    const subscription_id& subscription,
    const stripe::subscription_state& state,
    const claims& known,
    const std::optional<organization_id>& customers
);

// The same without what named it.
[[nodiscard]] std::optional<organization_id> organization_of(
    const std::optional<organization_claim>& one
);

// The fact tells of the customer's beginning or present: customer.created, customer.deleted, or a
// reading. Any other event may come to a customer who pays since long before the log.
[[nodiscard]] bool shows_customer(const stripe::customer_fact& fact);

}  // namespace billhook
