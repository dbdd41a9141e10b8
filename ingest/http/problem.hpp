#pragma once

#include "ingest/http/message.hpp"

#include <cstdint>
#include <string_view>

namespace billhook::http {

// Why a request is not answered 200. The words are part of the interface: stable, and the `code` of
// the body as well as the label of the metric.
enum class problem_code : std::uint8_t {
    // 400: the bytes are no request that we would read the way everybody else does
    malformed_request,
    bad_method,
    bad_target,
    bad_host,
    bad_transfer_encoding,
    bad_content_length,
    bad_expectation,
    chunk_extension,
    trailer_fields,
    // 400: one word for all that is wrong with a signature, so that it tells a forger nothing
    bad_signature,
    // 401: one word for all that is wrong with a token, but that it is too old: get a fresh one
    unauthenticated,
    token_expired,
    // 403: who asks is known, and may not
    no_active_organization,  // the session has not chosen one
    admin_required,
    impersonated_session,          // reads, but writes nothing
    bad_parameter,                 // 400: of the query
    malformed_body,                // 400: no JSON object of the members that the call takes
    return_url_refused,            // 400: its origin is not listed
    bad_idempotency_key,           // 400: the caller's own
    card_declined,                 // 402
    not_found,                     // 404: also what belongs to another organization
    unknown_feature,               // 404: of no plan
    unknown_plan,                  // 404
    method_not_allowed,            // 405
    request_timeout,               // 408
    operation_in_progress,         // 409: another write for this organization is under way
    no_customer,                   // 409: the organization has none at Stripe yet
    no_subscription,               // 409: none that lives
    already_subscribed,            // 409: one that lives
    trial_unavailable,             // 409: it had its trial, or there is none to have
    price_unavailable,             // 409: Stripe has no price, or several, for plan and interval
    other_currency,                // 409: the plan is not sold in the organization's currency
    nothing_to_resume,             // 409: neither paused nor about to end or to change
    length_required,               // 411
    body_too_large,                // 413
    unsupported_content_encoding,  // 415
    idempotency_key_reused,        // 422: with another call under it
    rate_limited,                  // 429: too many calls of one organization
    header_too_large,              // 431
    internal_error,                // 500
    stripe_refused,                // 502: Stripe says no, and would again
    overloaded,                    // 503: the bound on bytes in flight
    log_unavailable,               // 503: Kafka did not acknowledge in time
    not_ready,                     // 503: of /readyz
    store_unavailable,             // 503: Postgres does not answer
    standing_behind,               // 503: what `after` names is not folded yet
    stripe_unavailable,            // 503: no usable answer in time; what was asked may be done
    keys_unavailable,  // 503: what verifies tokens is being fetched, or its source is down
};

// The greatest of them: for tables by code.
inline constexpr problem_code last_problem_code = problem_code::keys_unavailable;

[[nodiscard]] std::string_view to_word(problem_code code);
[[nodiscard]] int status_of(problem_code code);
// The very same request may succeed later.
[[nodiscard]] bool is_retryable(problem_code code);

// A refusal: its code and, for method_not_allowed, the methods that are (a constant text).
struct problem {
    problem_code code;
    std::string_view allow{};
};

// RFC 9457, application/problem+json: fixed texts by the code, nothing of the request and nothing
// internal. 503 says when to come back.
// `stripe_request`: Stripe's Request-Id, where Stripe was asked; a word, checked by the caller.
[[nodiscard]] response to_response(const problem& what, std::string_view stripe_request = {});

}  // namespace billhook::http
