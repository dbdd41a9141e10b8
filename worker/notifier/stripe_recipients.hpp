#pragma once

#include "schemas/io/stripe_api/client.hpp"
#include "worker/notifier/recipients.hpp"

namespace billhook {

// Asks Stripe: the customer's address and name, the hosted pages of the invoices that are still to
// be paid. A notice about invoices of which none is open any more is overtaken.
class stripe_recipients final : public recipients {
public:
    explicit stripe_recipients(stripe::client& api) : api_(api) {}

    [[nodiscard]] result<email_recipient, no_recipient> find(const notice& about) override;

private:
    [[nodiscard]] std::optional<no_recipient> add_invoices(
        const notice& about,
        email_recipient& into
    );
    stripe::client& api_;
};

}  // namespace billhook
