#pragma once

#include "schemas/types/instant.hpp"

#include <optional>
#include <string>
#include <vector>

// Whom billhook-api believes; see settings.hpp.
namespace billhook {

// One [[api.access.service_tokens]]: a backend of the application. The token itself is nowhere.
struct service_token_settings {
    std::string name;
    std::string sha256;  // of the token, 64 lower-case hex digits
    std::optional<instant> not_after;

    friend bool operator==(const service_token_settings&, const service_token_settings&) = default;
};

struct access_settings {
    std::string kind = "clerk";  // or oidc
    std::string issuer;          // empty: no session is believed
    std::string audience;
    std::vector<std::string> parties;
    std::vector<std::string> admin_roles{"admin"};
    std::string admin_permission = "org:billing:manage";
    std::string organization_claim = "organization_id";
    std::string role_claim = "role";
    std::string key_set_url;  // empty: the issuer's /.well-known/jwks.json
    std::string key_file;     // path of a PEM; then nothing is fetched
    std::vector<service_token_settings> service_tokens;

    friend bool operator==(const access_settings&, const access_settings&) = default;
};

}  // namespace billhook
