#pragma once

#include "schemas/messages/mapping.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/types/ids.hpp"

#include <optional>
#include <span>
#include <string>

// Whose a customer or a subscription is (worker/README.md, "The fold"). Pure, over all that is
// known of the customer.
namespace billhook {

// What a Checkout session claims: only mode=subscription, its metadata before client_reference_id.
[[nodiscard]] std::optional<organization_id> claim_of(const stripe::checkout_fact& session);

// Everything but an object's own word that names an organization for a customer.
struct claims {
    std::span<const stripe::checkout_fact> sessions;  // of the customer or the subscription
    std::span<const mapping> mappings;                // of the customer
};

// Its metadata, its latest claiming session, its latest mapping record.
[[nodiscard]] std::optional<organization_id> organization_of_customer(
    const customer_id& customer,
    const std::optional<organization_id>& own_metadata,
    const claims& known
);

// Its metadata, its own session, then whose its customer is (`customers`).
[[nodiscard]] std::optional<organization_id> organization_of_subscription(
    const subscription_id& subscription,
    const std::optional<organization_id>& own_metadata,
    const claims& known,
    const std::optional<organization_id>& customers
);

}  // namespace billhook
