#include "ingest/api/access/token_authority.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <utility>

namespace billhook::api {
namespace {

using http::problem;
using http::problem_code;

// RFC 6750, 2.1. Exactly one field, the scheme in any case, one blank.
std::optional<std::string_view> bearer_in(const http::fields& fields) {
    constexpr std::string_view scheme = "Bearer ";
    const auto value = fields.first("Authorization");
    if (!value || fields.count("Authorization") != 1 ||
        !http::equal_ignoring_case(value->substr(0, scheme.size()), scheme)) {
        return std::nullopt;
    }
    return value->substr(scheme.size());
}

}  // namespace

problem problem_of(token_refusal why) {
    switch (why) {
        case token_refusal::missing:
        case token_refusal::malformed:
        case token_refusal::wrong_algorithm:
        case token_refusal::not_a_session:
        case token_refusal::unknown_key:
        case token_refusal::bad_signature:
        case token_refusal::wrong_issuer:
        case token_refusal::wrong_audience:
        case token_refusal::wrong_party:
        case token_refusal::not_yet_valid:
        case token_refusal::signed_out:
        case token_refusal::unknown_service:
        case token_refusal::expired_service:
            return {.code = problem_code::unauthenticated};
        case token_refusal::expired:
            return {.code = problem_code::token_expired};
        case token_refusal::key_awaited:
            return {.code = problem_code::keys_unavailable};
    }
    BILLHOOK_ASSERT(false && "a token_refusal without a problem");
}

token_authority::token_authority(access_rules rules, key_source& keys, listener told)
    : rules_(std::move(rules)), keys_(keys), told_(std::move(told)) {}

result<caller, token_refusal> token_authority::service(std::string_view token, instant now) const {
    const auto* const found = service_token_in(rules_.service_tokens, token);
    if (found == nullptr) {
        return token_refusal::unknown_service;
    }
    if (found->not_after && now > *found->not_after) {
        return token_refusal::expired_service;
    }
    caller who;
    who.role = organization_role::admin;
    who.is_service = true;
    who.subject = found->name;
    return who;
}

result<session, token_refusal> token_authority::session_of(std::string_view text, instant now) {
    if (!rules_.sessions) {
        return token_refusal::unknown_key;
    }
    const auto token = read_token(text, rules_.sessions->kind);
    if (!token) {
        return token.error();
    }
    const auto key = keys_.find(token->key_id, now);
    switch (key.what) {
        case key_lookup::found:
            return verified_session(*token, *key.key, *rules_.sessions, now);
        case key_lookup::unknown:
            return token_refusal::unknown_key;
        case key_lookup::awaited:
            return token_refusal::key_awaited;
    }
    BILLHOOK_ASSERT(false && "a key_lookup without an answer");
}

result<caller, problem> token_authority::who_asks(
    const http::request_head& head,
    const std::optional<organization_id>& of_the_path,
    instant now
) {
    const auto refused = [&](token_refusal why) {
        told_(why);
        return problem_of(why);
    };
    const auto token = bearer_in(head.fields);
    if (!token) {
        return refused(token_refusal::missing);
    }
    if (token->starts_with(service_token_prefix)) {
        auto who = service(*token, now);
        if (!who) {
            return refused(who.error());
        }
        who->organization = of_the_path.value_or(organization_id());
        return std::move(*who);
    }
    auto session = session_of(*token, now);
    if (!session) {
        return refused(session.error());
    }
    if (!session->organization) {
        return problem{.code = problem_code::no_active_organization};
    }
    if (of_the_path && *of_the_path != *session->organization) {
        return problem{.code = problem_code::not_found};
    }
    caller who;
    who.organization = std::move(*session->organization);
    who.role = session->role;
    who.impersonated = session->impersonated;
    who.subject = std::move(session->subject);
    return who;
}

}  // namespace billhook::api
