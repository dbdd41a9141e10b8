#pragma once

#include "ingest/api/access/caller.hpp"
#include "ingest/api/access/verifying_key.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::api {

inline constexpr std::size_t token_byte_limit = 8192;

// What is wrong with a token: for our metric and log alone.
enum class token_refusal : std::uint8_t {
    missing,          // no `Authorization`, more than one, or none of the scheme Bearer
    malformed,        // no compact JWS of JSON objects, or a claim of the wrong type
    wrong_algorithm,  // anything but RS256
    not_a_session,    // a machine's, an OAuth client's, or one out of a template
    unknown_key,      // no key of that name signs for the issuer
    key_awaited,      // the same, and the keys are just being fetched
    bad_signature,
    wrong_issuer,
    wrong_audience,
    wrong_party,  // `azp`: made for another application of the same issuer
    expired,
    not_yet_valid,    // by more than the leeway: look at the clocks
    signed_out,       // `sts`: the session is not active
    unknown_service,  // no service token has this hash
    expired_service,
};
[[nodiscard]] std::string_view to_word(token_refusal why);

// Whose claims they are: Clerk's session tokens, versions 1 and 2, or those of another OpenID
// provider, whose claims of organization and role have to be named.
enum class token_kind : std::uint8_t { clerk, oidc };

struct session_rules {
    token_kind kind = token_kind::clerk;
    std::string issuer;                    // `iss`, byte for byte
    std::string audience;                  // must be in `aud`; empty: not looked at
    std::vector<std::string> parties;      // one must be `azp`, where it is there; empty: any
    std::vector<std::string> admin_roles;  // without Clerk's "org:"
    std::string admin_permission;          // of Clerk's, "org:feature:permission"; empty: none
    std::string organization_claim;        // of oidc: a text
    std::string role_claim;                // of oidc: a text or a list of texts
    std::chrono::seconds leeway{5};
};

// A compact JWS with the header {"alg":"RS256",...}, nothing of it believed yet.
struct unverified_token {
    std::string key_id;            // empty: the header has no `kid`
    std::string_view signed_text;  // of the text that was read
    std::string signature;
    std::string payload;
};

// Pure. RFC 7515: three parts of base64url without padding, 8 KiB in all, the header a JSON object
// without two members of one name. The algorithm is compared, never chosen. `crit` is refused, as
// nobody here understands what it may name; other unknown members are skipped.
[[nodiscard]] result<unverified_token, token_refusal> read_token(
    std::string_view text,
    token_kind kind
);

struct session {
    std::string subject;
    std::optional<organization_id> organization;  // the active one
    organization_role role = organization_role::member;
    bool impersonated = false;

    friend bool operator==(const session&, const session&) = default;
};

// Pure. The one way to a token's claims. In this order: signature, types, `iss`, `aud`, `azp`,
// `sub`, `exp` (needed), `nbf`, `iat`, `sts`. Clerk's `pla` and `fea` (but for what `fpm` says of a
// permission) are read of nobody: they speak of another product's plans.
[[nodiscard]] result<session, token_refusal> verified_session(
    const unverified_token& token,
    const verifying_key& key,
    const session_rules& rules,
    instant now
);

}  // namespace billhook::api
