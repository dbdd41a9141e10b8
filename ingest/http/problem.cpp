#include "ingest/http/problem.hpp"

#include "schemas/types/assert.hpp"

#include <fmt/format.h>

namespace billhook::http {

namespace {

constexpr std::chrono::seconds come_back_after{5};

struct row {
    int status;
    std::string_view word;
    std::string_view title;
};

constexpr row row_of(problem_code code) {
    switch (code) {
        case problem_code::malformed_request:
            return {400, "malformed_request", "The request is not well-formed HTTP/1.1."};
        case problem_code::bad_method:
            return {400, "bad_method", "The method is not valid."};
        case problem_code::bad_target:
            return {400, "bad_target", "The request target must be a plain path."};
        case problem_code::bad_host:
            return {400, "bad_host", "Exactly one valid Host field is required."};
        case problem_code::bad_transfer_encoding:
            return {400, "bad_transfer_encoding", "The only transfer coding accepted is chunked."};
        case problem_code::bad_content_length:
            return {400, "bad_content_length", "One Content-Length of plain digits is accepted."};
        case problem_code::bad_expectation:
            return {400, "bad_expectation", "The only expectation accepted is 100-continue."};
        case problem_code::chunk_extension:
            return {400, "chunk_extension", "Chunk extensions are not accepted."};
        case problem_code::trailer_fields:
            return {400, "trailer_fields", "Trailer fields are not accepted."};
        case problem_code::bad_signature:
            return {400, "bad_signature", "The Stripe-Signature does not fit the body."};
        case problem_code::unauthenticated:
            return {401, "unauthenticated", "A valid bearer token is required."};
        case problem_code::token_expired:
            return {401, "token_expired", "The token has expired; get a fresh one."};
        case problem_code::no_active_organization:
            return {403, "no_active_organization", "The session has chosen no organization."};
        case problem_code::admin_required:
            return {
                403, "admin_required", "Only an administrator of the organization may do this."};
        case problem_code::impersonated_session:
            return {403, "impersonated_session", "An impersonated session may only read."};
        case problem_code::not_found:
            return {404, "not_found", "There is nothing at this path."};
        case problem_code::method_not_allowed:
            return {405, "method_not_allowed", "The method is not allowed at this path."};
        case problem_code::request_timeout:
            return {408, "request_timeout", "The request took too long to arrive."};
        case problem_code::length_required:
            return {411, "length_required", "A Content-Length is required."};
        case problem_code::body_too_large:
            return {413, "body_too_large", "The body is larger than this server accepts."};
        case problem_code::unsupported_content_encoding:
            return {415, "unsupported_content_encoding", "No Content-Encoding is accepted."};
        case problem_code::header_too_large:
            return {431, "header_too_large", "The header is larger than this server accepts."};
        case problem_code::internal_error:
            return {500, "internal_error", "The server failed to handle the request."};
        case problem_code::overloaded:
            return {503, "overloaded", "The server has too much in hand; try again later."};
        case problem_code::log_unavailable:
            return {503, "log_unavailable", "The event could not be stored; try again later."};
        case problem_code::not_ready:
            return {503, "not_ready", "The server cannot accept events at the moment."};
        case problem_code::keys_unavailable:
            return {503, "keys_unavailable", "Tokens cannot be verified at the moment."};
    }
    BILLHOOK_ASSERT(false && "a problem_code without a row");
}

}  // namespace

std::string_view to_word(problem_code code) {
    return row_of(code).word;
}

int status_of(problem_code code) {
    return row_of(code).status;
}

response to_response(const problem& what) {
    const auto [status, word, title] = row_of(what.code);
    response reply;
    reply.status = status;
    reply.content_type = "application/problem+json";
    reply.body = fmt::format(
        R"({{"type":"about:blank","title":"{}","status":{},"code":"{}"}})", title, status, word
    );
    reply.allow = what.allow;
    reply.problem = what.code;
    if (status == 503) {
        reply.retry_after = come_back_after;
    }
    return reply;
}

}  // namespace billhook::http
