#include "schemas/stripe/checkout.hpp"

#include "schemas/messages/reading.hpp"

namespace billhook::stripe {

namespace {

bool tells_completion(std::string_view type) {
    return type == "checkout.session.completed" ||
           type.starts_with("checkout.session.async_payment_");
}

}  // namespace

void read_checkout(
    checkout_fact& fact,
    std::string_view type,
    json::value object,
    field_reader& in
) {
    fact.mode = in.text(object.find("mode")).value_or(std::string());
    fact.customer = in.reference<customer_id>(object.find("customer"));
    fact.subscription = in.reference<subscription_id>(object.find("subscription"));
    fact.client_reference = field_reader::organization(object.find("client_reference_id"));
    fact.organization = field_reader::organization(object.find("metadata").find("organization_id"));
    fact.created = in.time(object.find("created")).value_or(fact.event_created);
    fact.completed = is_reading(fact.event) ? object.find("status").as_string() == "complete"
                                            : tells_completion(type);
}

}  // namespace billhook::stripe
