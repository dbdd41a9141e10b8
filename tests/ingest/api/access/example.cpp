#include "tests/ingest/api/access/example.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <utility>

namespace billhook::api::example {

const token_signer& signer() {
    static const token_signer made = token_signer::made();
    return made;
}

const token_signer& other_signer() {
    static const token_signer made = token_signer::made();
    return made;
}

const verifying_key& key() {
    static const verifying_key made = [] {
        auto read = verifying_key::from_pem(signer().public_pem());
        REQUIRE(read.has_value());
        return *read;
    }();
    return made;
}

session_rules clerk_rules() {
    session_rules rules;
    rules.issuer = issuer;
    rules.parties = {"https://app.example.com", "https://admin.example.com"};
    rules.admin_roles = {"admin", "owner"};
    rules.admin_permission = "org:billing:manage";
    return rules;
}

session_rules oidc_rules() {
    session_rules rules;
    rules.kind = token_kind::oidc;
    rules.issuer = issuer;
    rules.audience = "billing";
    rules.admin_roles = {"admin"};
    rules.organization_claim = "https://example.com/organization";
    rules.role_claim = "roles";
    return rules;
}

std::string claims(std::string_view more) {
    const std::pair<std::string_view, std::string> good[] = {
        {"iss", fmt::format("\"{}\"", issuer)},
        {"sub", "\"user_1\""},
        {"iat", std::to_string(now_seconds - 10)},
        {"nbf", std::to_string(now_seconds - 20)},
        {"exp", std::to_string(now_seconds + 50)},
    };
    std::string text = "{";
    for (const auto& [name, value] : good) {
        const std::string member = fmt::format("\"{}\":{}", name, value);
        const std::string beginning = fmt::format(",\"{}\":", name);
        if ((',' + std::string(more)).find(beginning) == std::string::npos) {
            text += text.size() > 1 ? "," : "";
            text += member;
        }
    }
    text += more.empty() ? "" : ",";
    return text.append(more).append("}");
}

std::string token(std::string_view payload, std::string_view header) {
    return signer().sign(header, payload);
}

}  // namespace billhook::api::example
