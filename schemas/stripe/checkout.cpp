#include "schemas/stripe/checkout.hpp"

namespace billhook::stripe {

void read_checkout(checkout_fact& fact, json::value object, field_reader& in) {
    fact.mode = in.text(object.find("mode")).value_or(std::string());
    fact.customer = in.reference<customer_id>(object.find("customer"));
    fact.subscription = in.reference<subscription_id>(object.find("subscription"));
    fact.client_reference = field_reader::organization(object.find("client_reference_id"));
    fact.organization = field_reader::organization(object.find("metadata").find("organization_id"));
    fact.created = in.time(object.find("created")).value_or(fact.event_created);
}

}  // namespace billhook::stripe
