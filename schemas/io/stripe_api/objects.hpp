#pragma once

#include "schemas/io/stripe_api/client.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/money.hpp"
#include "schemas/types/secret.hpp"

#include <optional>
#include <string>

namespace billhook::stripe {

// Whom to write to. Personal data is a `secret` here: it cannot end in a log line by accident.
struct contact {
    customer_id id;
    secret email;  // empty: Stripe knows none
    secret name;   // the same
    bool deleted = false;
};

// What a mail about an invoice says. The link is a capability: whoever has it sees the invoice.
struct payable_invoice {
    invoice_id id;
    std::string status;  // Stripe's word; empty: none
    money amount_due;
    secret hosted_invoice_url;  // empty until the invoice is finalized
};

// GET of the object `id` in the folder `kind` ("customers", "subscriptions", "invoices"). An id
// with an account in front, "acct_1/cus_1", is asked of that connected account.
template <class Tag>
[[nodiscard]] request request_for(const char* kind, const strong_id<Tag>& id) {
    const auto slash = id.text().find('/');
    request what;
    what.path = "/v1/" + std::string(kind) + '/' + percent_encoded(own_part(id));
    what.account = slash == std::string::npos ? std::string() : id.text().substr(0, slash);
    return what;
}

// A deleted customer is an answer, too; one that never was is a refusal (404 resource_missing).
// Both block and throw failure; fields that Stripe does not send or that have another type are
// empty.
[[nodiscard]] result<contact, refusal> contact_of(client& from, const customer_id& id);
[[nodiscard]] result<payable_invoice, refusal> invoice_of(client& from, const invoice_id& id);

}  // namespace billhook::stripe
