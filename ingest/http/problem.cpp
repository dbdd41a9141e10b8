#include "ingest/http/problem.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <iterator>

namespace billhook::http {

namespace {

constexpr std::chrono::seconds come_back_after{5};

struct row {
    problem_code code;
    int status;
    std::string_view word;
    std::string_view title;
};

// clang-format off
constexpr row rows[] = {
    {problem_code::malformed_request, 400, "malformed_request",
     "The request is not well-formed HTTP/1.1."},
    {problem_code::bad_method, 400, "bad_method", "The method is not valid."},
    {problem_code::bad_target, 400, "bad_target", "The request target must be a plain path."},
    {problem_code::bad_host, 400, "bad_host", "Exactly one valid Host field is required."},
    {problem_code::bad_transfer_encoding, 400, "bad_transfer_encoding",
     "The only transfer coding accepted is chunked."},
    {problem_code::bad_content_length, 400, "bad_content_length",
     "One Content-Length of plain digits is accepted."},
    {problem_code::bad_expectation, 400, "bad_expectation",
     "The only expectation accepted is 100-continue."},
    {problem_code::chunk_extension, 400, "chunk_extension", "Chunk extensions are not accepted."},
    {problem_code::trailer_fields, 400, "trailer_fields", "Trailer fields are not accepted."},
    {problem_code::bad_signature, 400, "bad_signature",
     "The signature does not fit the body."},
    {problem_code::unauthenticated, 401, "unauthenticated", "A valid bearer token is required."},
    {problem_code::token_expired, 401, "token_expired", "The token has expired; get a fresh one."},
    {problem_code::no_active_organization, 403, "no_active_organization",
     "The session has chosen no organization."},
    {problem_code::admin_required, 403, "admin_required",
     "Only an administrator of the organization may do this."},
    {problem_code::impersonated_session, 403, "impersonated_session",
     "An impersonated session may only read."},
    {problem_code::bad_parameter, 400, "bad_parameter", "A parameter of the query is not valid."},
    {problem_code::malformed_body, 400, "malformed_body",
     "The body is not the JSON object that this call takes."},
    {problem_code::return_url_refused, 400, "return_url_refused",
     "The origin of a return URL is not allowed."},
    {problem_code::bad_idempotency_key, 400, "bad_idempotency_key",
     "One Idempotency-Key of 1 to 255 visible characters is accepted."},
    {problem_code::card_declined, 402, "card_declined", "The card was declined."},
    {problem_code::not_found, 404, "not_found", "There is nothing at this path."},
    {problem_code::unknown_feature, 404, "unknown_feature", "No plan has such a feature."},
    {problem_code::unknown_plan, 404, "unknown_plan", "There is no such plan."},
    {problem_code::method_not_allowed, 405, "method_not_allowed",
     "The method is not allowed at this path."},
    {problem_code::request_timeout, 408, "request_timeout", "The request took too long to arrive."},
    {problem_code::operation_in_progress, 409, "operation_in_progress",
     "Another change is under way."},
    {problem_code::no_customer, 409, "no_customer",
     "The organization has no customer at Stripe yet."},
    {problem_code::no_subscription, 409, "no_subscription",
     "The organization has no living subscription."},
    {problem_code::already_subscribed, 409, "already_subscribed",
     "The organization has a living subscription."},
    {problem_code::trial_unavailable, 409, "trial_unavailable",
     "The organization has had its trial, or there is none."},
    {problem_code::price_unavailable, 409, "price_unavailable",
     "The plan is not sold at this interval."},
    {problem_code::other_currency, 409, "other_currency",
     "The plan is not sold in the organization's currency."},
    {problem_code::nothing_to_resume, 409, "nothing_to_resume",
     "The subscription goes on as it is."},
    {problem_code::length_required, 411, "length_required", "A Content-Length is required."},
    {problem_code::body_too_large, 413, "body_too_large",
     "The body is larger than this server accepts."},
    {problem_code::unsupported_content_encoding, 415, "unsupported_content_encoding",
     "No Content-Encoding is accepted."},
    {problem_code::idempotency_key_reused, 422, "idempotency_key_reused",
     "This Idempotency-Key was used for another call."},
    {problem_code::rate_limited, 429, "rate_limited",
     "The organization has asked too often; try again later."},
    {problem_code::header_too_large, 431, "header_too_large",
     "The header is larger than this server accepts."},
    {problem_code::internal_error, 500, "internal_error",
     "The server failed to handle the request."},
    {problem_code::stripe_refused, 502, "stripe_refused", "Stripe refused the operation."},
    {problem_code::overloaded, 503, "overloaded",
     "The server has too much in hand; try again later."},
    {problem_code::log_unavailable, 503, "log_unavailable",
     "The event could not be stored; try again later."},
    {problem_code::not_ready, 503, "not_ready", "The server cannot accept events at the moment."},
    {problem_code::store_unavailable, 503, "store_unavailable",
     "The state cannot be read at the moment."},
    {problem_code::standing_behind, 503, "standing_behind",
     "What was written is not in the standing yet."},
    {problem_code::stripe_unavailable, 503, "stripe_unavailable",
     "Stripe did not answer in time; repeat the request."},
    {problem_code::keys_unavailable, 503, "keys_unavailable",
     "Tokens cannot be verified at the moment."},
};
// clang-format on

// In the order of the codes, each once.
constexpr bool is_in_order() {
    for (std::size_t at = 0; at < std::size(rows); ++at) {
        if (static_cast<std::size_t>(rows[at].code) != at) {
            return false;
        }
    }
    return std::size(rows) == static_cast<std::size_t>(last_problem_code) + 1;
}
static_assert(is_in_order());

constexpr const row& row_of(problem_code code) {
    return rows[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view to_word(problem_code code) {
    return row_of(code).word;
}

int status_of(problem_code code) {
    return row_of(code).status;
}

bool is_retryable(problem_code code) {
    const int status = status_of(code);
    return status == 408 || status == 429 || status == 503 ||
           code == problem_code::operation_in_progress;
}

response to_response(const problem& what, std::string_view stripe_request) {
    const auto& [code, status, word, title] = row_of(what.code);
    response reply;
    reply.status = status;
    reply.content_type = "application/problem+json";
    reply.body = fmt::format(
        R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","retryable":{})",
        title,
        status,
        word,
        is_retryable(what.code)
    );
    if (!stripe_request.empty()) {
        reply.body += fmt::format(R"(,"request_id":"{}")", stripe_request);
    }
    reply.body += '}';
    reply.allow = what.allow;
    reply.problem = what.code;
    if (status == 503 || status == 429) {
        reply.retry_after = come_back_after;
    } else if (what.code == problem_code::operation_in_progress) {
        reply.retry_after = std::chrono::seconds{1};
    }
    return reply;
}

}  // namespace billhook::http
