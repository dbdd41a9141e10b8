#include "ingest/api/access/session_token.hpp"

#include "ingest/api/access/claims.hpp"
#include "schemas/json/reader.hpp"
#include "schemas/types/base64.hpp"

#include <algorithm>
#include <array>

namespace billhook::api {
namespace {

constexpr std::string_view algorithm = "RS256";

// Clerk signs other things with the same key, and says in the header which (clerk/javascript,
// packages/backend, tokens/jwtCategory).
constexpr std::string_view clerk_template_category = "cl_B7d4PD222AAA";
constexpr std::string_view clerk_machine_category = "cl_B7d4PD333AAA";

std::optional<std::array<std::string_view, 3>> three_parts(std::string_view text) {
    const auto first = text.find('.');
    const auto second = first == text.npos ? text.npos : text.find('.', first + 1);
    if (second == text.npos || text.find('.', second + 1) != text.npos) {
        return std::nullopt;
    }
    return std::array{
        text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

std::optional<token_refusal> refused_header(json::value header, token_kind kind) {
    if (!header.is_object() || !header.find("crit").is_absent()) {
        return token_refusal::malformed;
    }
    if (header.find("alg").as_string() != algorithm) {
        return token_refusal::wrong_algorithm;
    }
    const auto category = header.find("cat").as_string();
    const auto type = header.find("typ").as_string();
    const bool is_oauth = type == "at+jwt" || type == "application/at+jwt";
    if (kind == token_kind::clerk &&
        (category == clerk_template_category || category == clerk_machine_category || is_oauth)) {
        return token_refusal::not_a_session;
    }
    return std::nullopt;
}

// RFC 7519 allows a fraction; nobody sends one, and here it is refused with all other types.
std::optional<token_refusal> outside_its_time(
    json::value claims,
    const session_rules& rules,
    instant now
) {
    constexpr std::int64_t end_of_time = 253'402'300'800;  // the year 10000
    const auto seconds_at = [&](std::string_view name) -> std::optional<std::int64_t> {
        const auto seconds = claims.find(name).as_int64();
        return seconds && *seconds >= 0 && *seconds < end_of_time ? seconds : std::nullopt;
    };
    const auto expires = seconds_at("exp");
    if (!expires) {
        return token_refusal::malformed;
    }
    const auto now_seconds = to_unix_seconds(now);
    const auto leeway = rules.leeway.count();
    if (*expires + leeway <= now_seconds) {
        return token_refusal::expired;
    }
    for (const std::string_view name : {"nbf", "iat"}) {
        if (claims.find(name).is_absent()) {
            continue;
        }
        const auto begins = seconds_at(name);
        if (!begins) {
            return token_refusal::malformed;
        }
        if (*begins - leeway > now_seconds) {
            return token_refusal::not_yet_valid;
        }
    }
    return std::nullopt;
}

bool is_meant_for(json::value audience, const std::string& wanted) {
    if (audience.is_string()) {
        return audience.as_string() == wanted;
    }
    for (const json::value each : audience.items()) {
        if (audience.is_array() && each.as_string() == wanted) {
            return true;
        }
    }
    return false;
}

// Whoever it is made for and by, before when it holds.
std::optional<token_refusal> made_for_others(json::value claims, const session_rules& rules) {
    if (claims.find("iss").as_string() != rules.issuer) {
        return token_refusal::wrong_issuer;
    }
    if (!rules.audience.empty() && !is_meant_for(claims.find("aud"), rules.audience)) {
        return token_refusal::wrong_audience;
    }
    const auto party = claims.find("azp");
    if (!party.is_absent() && !party.is_string()) {
        return token_refusal::malformed;
    }
    if (party.is_string() && !rules.parties.empty() &&
        std::ranges::find(rules.parties, *party.as_string()) == rules.parties.end()) {
        return token_refusal::wrong_party;
    }
    return std::nullopt;
}

}  // namespace

result<unverified_token, token_refusal> read_token(std::string_view text, token_kind kind) {
    const auto parts = text.size() <= token_byte_limit ? three_parts(text) : std::nullopt;
    if (!parts) {
        return token_refusal::malformed;
    }
    const auto header_text = from_base64url((*parts)[0]);
    auto payload = from_base64url((*parts)[1]);
    auto signature = from_base64url((*parts)[2]);
    if (!header_text || !payload || !signature) {
        return token_refusal::malformed;
    }
    const auto header = json::read(*header_text);
    if (!header) {
        return token_refusal::malformed;
    }
    if (const auto refused = refused_header(header->root(), kind)) {
        return *refused;
    }
    const auto key_id = header->root().find("kid");
    if (!key_id.is_absent() && !key_id.is_string()) {
        return token_refusal::malformed;
    }
    return unverified_token{
        .key_id = std::string(key_id.as_string().value_or("")),
        .signed_text = text.substr(0, (*parts)[0].size() + 1 + (*parts)[1].size()),
        .signature = std::move(*signature),
        .payload = std::move(*payload)};
}

result<session, token_refusal> verified_session(
    const unverified_token& token,
    const verifying_key& key,
    const session_rules& rules,
    instant now
) {
    if (!key.signed_this(token.signed_text, token.signature)) {
        return token_refusal::bad_signature;
    }
    const auto text = json::read(token.payload);
    if (!text || !text->root().is_object()) {
        return token_refusal::malformed;
    }
    const auto claims = text->root();
    if (const auto refused = made_for_others(claims, rules)) {
        return *refused;
    }
    auto found = session_in(claims, rules);
    if (!found) {
        return found.error();
    }
    if (const auto refused = outside_its_time(claims, rules, now)) {
        return *refused;
    }
    const auto status = claims.find("sts");
    if (rules.kind == token_kind::clerk && !status.is_absent() && status.as_string() != "active") {
        return token_refusal::signed_out;
    }
    return found;
}

std::string_view to_word(token_refusal why) {
    switch (why) {
        case token_refusal::missing:
            return "missing";
        case token_refusal::malformed:
            return "malformed";
        case token_refusal::wrong_algorithm:
            return "wrong_algorithm";
        case token_refusal::not_a_session:
            return "not_a_session";
        case token_refusal::unknown_key:
            return "unknown_key";
        case token_refusal::key_awaited:
            return "key_awaited";
        case token_refusal::bad_signature:
            return "bad_signature";
        case token_refusal::wrong_issuer:
            return "wrong_issuer";
        case token_refusal::wrong_audience:
            return "wrong_audience";
        case token_refusal::wrong_party:
            return "wrong_party";
        case token_refusal::expired:
            return "expired";
        case token_refusal::not_yet_valid:
            return "not_yet_valid";
        case token_refusal::signed_out:
            return "signed_out";
        case token_refusal::unknown_service:
            return "unknown_service";
        case token_refusal::expired_service:
            return "expired_service";
    }
    return "";
}

}  // namespace billhook::api
