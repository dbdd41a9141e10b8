#include "ingest/webhook/intake.hpp"

#include "schemas/stripe/routing.hpp"

#include <utility>

namespace billhook {

namespace {

// Exactly one.
std::optional<std::string_view> signature_in(const http::fields& fields) {
    constexpr std::string_view name = "Stripe-Signature";
    return fields.count(name) == 1 ? fields.first(name) : std::nullopt;
}

}  // namespace

std::optional<signature_refusal> refuses_head(
    const http::request_head& head,
    const endpoint& at,
    instant received_at
) {
    const auto header = signature_in(head.fields);
    if (!header) {
        return signature_refusal::missing;
    }
    return refuses_header(*header, at.tolerance, received_at);
}

result<signed_delivery, signature_refusal> decide(
    http::request request,
    const endpoint& at,
    instant received_at
) {
    const auto header = signature_in(request.head.fields);
    if (!header) {
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
