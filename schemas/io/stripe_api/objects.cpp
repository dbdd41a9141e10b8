#include "schemas/io/stripe_api/objects.hpp"

namespace billhook::stripe {
namespace {

std::string text_of(json::value field) {
    return std::string(field.as_string().value_or(std::string_view()));
}

}  // namespace

result<contact, refusal> contact_of(client& from, const customer_id& id) {
    const auto came = from.get(request_for("customers", id));
    if (!came) {
        return came.error();
    }
    const json::value object = came->body.root();
    contact found;
    found.id = id;
    found.email = secret(text_of(object.find("email")));
    found.name = secret(text_of(object.find("name")));
    found.deleted = object.find("deleted").as_bool().value_or(false);
    return found;
}

result<payable_invoice, refusal> invoice_of(client& from, const invoice_id& id) {
    const auto came = from.get(request_for("invoices", id));
    if (!came) {
        return came.error();
    }
    const json::value object = came->body.root();
    payable_invoice found;
    found.id = id;
    found.status = text_of(object.find("status"));
    found.amount_due.amount_minor = object.find("amount_due").as_int64().value_or(0);
    found.amount_due.currency = text_of(object.find("currency"));
    found.hosted_invoice_url = secret(text_of(object.find("hosted_invoice_url")));
    return found;
}

}  // namespace billhook::stripe
