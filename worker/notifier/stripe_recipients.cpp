#include "worker/notifier/stripe_recipients.hpp"

#include "schemas/io/stripe_api/objects.hpp"

#include <utility>

namespace billhook {
namespace {

constexpr no_recipient later(std::string_view cause) {
    return {std::nullopt, cause};
}
constexpr no_recipient failed(std::string_view cause) {
    return {notice_outcome::failed, cause};
}

// Stripe's no about an object. A key that may not look is our matter, not the notice's.
no_recipient meaning_of(const stripe::refusal& why, std::string_view missing) {
    if (why.status == 401 || why.status == 403) {
        return later("stripe_refuses_the_key");
    }
    return failed(why.status == 404 ? missing : "stripe_refused");
}

bool is_settled(const std::string& status) {
    return status == "paid" || status == "void" || status == "uncollectible";
}

}  // namespace

result<email_recipient, no_recipient> stripe_recipients::find(const notice& about) {
    if (!about.customer) {
        return failed("no_customer");
    }
    try {
        email_recipient found;
        const auto contact = stripe::contact_of(api_, *about.customer);
        if (!contact) {
            return meaning_of(contact.error(), "customer_unknown");
        }
        if (contact->deleted) {
            return failed("customer_deleted");
        }
        if (contact->email.empty()) {
            return failed("no_address");
        }
        if (!is_email_address(contact->email.reveal())) {
            return failed("bad_address");
        }
        found.address = contact->email;
        found.name = contact->name;
        if (auto why = add_invoices(about, found)) {
            return *why;
        }
        return found;
    } catch (const stripe::failure& why) {
        return later(why.unreadable ? "stripe_unreadable" : "stripe_unavailable");
    }
}

std::optional<no_recipient> stripe_recipients::add_invoices(
    const notice& about,
    email_recipient& into
) {
    std::size_t settled = 0;
    for (const auto& each : about.invoices) {
        const auto invoice = stripe::invoice_of(api_, each.id);
        if (!invoice) {
            const auto why = meaning_of(invoice.error(), "");
            if (!why.outcome) {
                return why;
            }
            continue;  // without a page of its own the invoice is not shown
        }
        if (is_settled(invoice->status)) {
            ++settled;
            continue;
        }
        email_recipient::open_invoice open{each.amount_remaining, invoice->hosted_invoice_url};
        if (!open.amount && !invoice->amount_due.currency.empty()) {
            open.amount = invoice->amount_due;
        }
        into.invoices.push_back(std::move(open));
    }
    if (settled > 0 && into.invoices.empty()) {
        return no_recipient{notice_outcome::overtaken, "invoice_settled"};
    }
    return std::nullopt;
}

}  // namespace billhook
