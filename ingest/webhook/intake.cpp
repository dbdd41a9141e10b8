#include "ingest/webhook/intake.hpp"

#include "ingest/webhook/svix_signature.hpp"
#include "schemas/clerk/organization_event.hpp"
#include "schemas/stripe/routing.hpp"
#include "schemas/types/assert.hpp"

#include <utility>

namespace billhook {

namespace {

// Exactly one.
std::optional<std::string_view> signature_in(const http::fields& fields) {
    constexpr std::string_view name = "Stripe-Signature";
    return fields.count(name) == 1 ? fields.first(name) : std::nullopt;
}

record accepted_at(const endpoint& at, std::size_t secret, instant received_at) {
    record accepted;
    accepted.endpoint = at.name;
    accepted.mode = at.mode;
    accepted.secret = at.secrets[secret].name;
    accepted.received_at = received_at;
    return accepted;
}

result<signed_delivery, signature_refusal> decide_stripe(
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
    record accepted = accepted_at(at, *matched, received_at);
    accepted.key = std::move(routing.key);
    accepted.event_id = std::move(routing.event_id);
    accepted.event_type = std::move(routing.event_type);
    accepted.stripe_signature = *header;
    accepted.source = record_source_kind::webhook;
    accepted.body = std::move(request.body);
    return signed_delivery{std::move(accepted), *matched};
}

result<signed_delivery, signature_refusal> decide_clerk(
    http::request request,
    const endpoint& at,
    instant received_at
) {
    const auto header = svix_fields_in(request.head.fields);
    if (!header) {
        return signature_refusal::missing;
    }
    const auto matched = verify_svix(*header, request.body, at.secrets, at.tolerance, received_at);
    if (!matched) {
        return matched.error();
    }
    auto routing = clerk::route(request.body, header->id);
    record accepted = accepted_at(at, *matched, received_at);
    accepted.key = std::move(routing.key);
    accepted.event_id = std::string(header->id);
    accepted.event_type = std::move(routing.event_type);
    accepted.source = record_source_kind::clerk;
    accepted.body = std::move(request.body);
    return signed_delivery{std::move(accepted), *matched};
}

}  // namespace

std::optional<signature_refusal> refuses_head(
    const http::request_head& head,
    const endpoint& at,
    instant received_at
) {
    switch (at.kind) {
        case endpoint_kind::stripe: {
            const auto header = signature_in(head.fields);
            return header ? refuses_header(*header, at.tolerance, received_at)
                          : signature_refusal::missing;
        }
        case endpoint_kind::clerk: {
            const auto header = svix_fields_in(head.fields);
            return header ? refuses_svix_header(*header, at.tolerance, received_at)
                          : signature_refusal::missing;
        }
    }
    BILLHOOK_ASSERT(false && "an endpoint_kind without a scheme");
}

result<signed_delivery, signature_refusal> decide(
    http::request request,
    const endpoint& at,
    instant received_at
) {
    switch (at.kind) {
        case endpoint_kind::stripe:
            return decide_stripe(std::move(request), at, received_at);
        case endpoint_kind::clerk:
            return decide_clerk(std::move(request), at, received_at);
    }
    BILLHOOK_ASSERT(false && "an endpoint_kind without a scheme");
}

}  // namespace billhook
