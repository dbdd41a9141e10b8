#include "ingest/webhook/intake.hpp"

#include "schemas/stripe/routing.hpp"

#include <utility>

namespace billhook {

namespace {

constexpr std::string_view signature_field = "Stripe-Signature";

}  // namespace

result<signed_delivery, signature_refusal> decide(
    http::request request,
    const endpoint& at,
    instant received_at
) {
    const auto& fields = request.head.fields;
    const auto header = fields.first(signature_field);
    if (!header || fields.count(signature_field) != 1) {
        return signature_refusal::missing;
    }
    const auto matched = verify(*header, request.body, at.secrets, at.tolerance, received_at);
    if (!matched) {
        return matched.error();
    }
    auto routing = stripe::route(request.body);
    record accepted;
    accepted.key = std::move(routing.key);
    accepted.event_id = std::move(routing.event_id);
    accepted.event_type = std::move(routing.event_type);
    accepted.endpoint = at.name;
    accepted.mode = at.mode;
    accepted.secret = at.secrets[*matched].name;
    accepted.received_at = received_at;
    accepted.stripe_signature = *header;
    accepted.source = record_source_kind::webhook;
    accepted.body = std::move(request.body);
    return signed_delivery{std::move(accepted), *matched};
}

}  // namespace billhook
