#include "ingest/api/access/claims.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace billhook::api {
namespace {

constexpr std::size_t longest_id = 255;  // of a subject and of an organization, as everywhere
constexpr std::string_view role_prefix = "org:";

std::vector<std::string_view> parts_of(std::string_view list) {
    std::vector<std::string_view> parts;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const auto part = list.substr(0, comma);
        const auto first = std::min(part.find_first_not_of(' '), part.size());
        parts.push_back(part.substr(first, part.find_last_not_of(' ') + 1 - first));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return parts;
}

bool is_id(const std::optional<std::string_view>& text) {
    return text && !text->empty() && text->size() <= longest_id;
}

bool is_admin(std::string_view role, const session_rules& rules) {
    return std::ranges::find(rules.admin_roles, role) != rules.admin_roles.end();
}

// The organization's features in the order of `fea`, "o:dashboard,u:profile,uo:search": each has a
// number in `fpm` whose bit i is the i-th permission of `per`, the lowest first.
bool permits(json::value claims, std::string_view permission) {
    const auto organization = claims.find("o");
    const auto names = parts_of(organization.find("per").as_string().value_or(""));
    const auto masks = parts_of(organization.find("fpm").as_string().value_or(""));
    std::size_t place = 0;
    for (const auto feature : parts_of(claims.find("fea").as_string().value_or(""))) {
        const auto colon = feature.find(':');
        const auto scope = feature.substr(0, colon);
        if (colon == feature.npos || scope.find('o') == scope.npos) {
            continue;
        }
        if (place == masks.size()) {
            return false;
        }
        const auto mask = masks[place++];
        std::uint64_t bits = 0;
        const auto [end, code] = std::from_chars(mask.data(), mask.data() + mask.size(), bits);
        if (code != std::errc{} || end != mask.data() + mask.size()) {
            continue;
        }
        for (std::size_t bit = 0; bit < std::min<std::size_t>(names.size(), 64); ++bit) {
            const std::string full = std::string(role_prefix)
                                         .append(feature.substr(colon + 1))
                                         .append(":")
                                         .append(names[bit]);
            if ((bits >> bit & 1) != 0 && full == permission) {
                return true;
            }
        }
    }
    return false;
}

// Of a list; of anything else false.
template <class Predicate>
bool has_one(json::value list, const Predicate& is_it) {
    for (const json::value each : list.items()) {
        if (list.is_array() && is_it(each)) {
            return true;
        }
    }
    return false;
}

// Of an organization claim: nothing if there is none, no result if it is none.
result<std::optional<organization_id>, token_refusal> organization_in(json::value claim) {
    if (claim.is_nothing()) {
        return std::optional<organization_id>{};
    }
    const auto id = claim.as_string();
    if (!is_id(id)) {
        return token_refusal::malformed;
    }
    return std::optional{organization_id(std::string(*id))};
}

organization_role role_if(bool admin) {
    return admin ? organization_role::admin : organization_role::member;
}

std::optional<token_refusal> take_clerk_2(
    json::value claims,
    const session_rules& rules,
    session& into
) {
    const auto claim = claims.find("o");
    if (claim.is_nothing()) {
        return std::nullopt;
    }
    const auto organization = organization_in(claim.find("id"));
    const auto role = claim.find("rol").as_string();
    if (!organization || !*organization || !role) {
        return token_refusal::malformed;
    }
    into.organization = *organization;
    into.role = role_if(is_admin(*role, rules) || permits(claims, rules.admin_permission));
    return std::nullopt;
}

std::optional<token_refusal> take_clerk_1(
    json::value claims,
    const session_rules& rules,
    session& into
) {
    const auto organization = organization_in(claims.find("org_id"));
    if (!organization) {
        return organization.error();
    }
    if (!*organization) {
        return std::nullopt;
    }
    auto role = claims.find("org_role").as_string();
    if (!role) {
        return token_refusal::malformed;
    }
    if (role->starts_with(role_prefix)) {
        role->remove_prefix(role_prefix.size());
    }
    into.organization = *organization;
    const auto is_permission = [&](json::value each) {
        return !rules.admin_permission.empty() && each.as_string() == rules.admin_permission;
    };
    into.role =
        role_if(is_admin(*role, rules) || has_one(claims.find("org_permissions"), is_permission));
    return std::nullopt;
}

std::optional<token_refusal> take_oidc(
    json::value claims,
    const session_rules& rules,
    session& into
) {
    const auto organization = organization_in(claims.find(rules.organization_claim));
    if (!organization) {
        return organization.error();
    }
    if (!*organization) {
        return std::nullopt;
    }
    into.organization = *organization;
    const auto roles = claims.find(rules.role_claim);
    const auto is_admins = [&](json::value role) {
        return role.is_string() && is_admin(*role.as_string(), rules);
    };
    into.role = role_if(is_admins(roles) || has_one(roles, is_admins));
    return std::nullopt;
}

std::optional<token_refusal> take_clerk(
    json::value claims,
    const session_rules& rules,
    session& into
) {
    if (into.subject.starts_with("mch_")) {
        return token_refusal::not_a_session;
    }
    const auto version = claims.find("v");
    if (!version.is_absent() && !version.as_int64()) {
        return token_refusal::malformed;
    }
    return version.as_int64() == 2 ? take_clerk_2(claims, rules, into)
                                   : take_clerk_1(claims, rules, into);
}

}  // namespace

result<session, token_refusal> session_in(json::value claims, const session_rules& rules) {
    const auto subject = claims.find("sub").as_string();
    if (!is_id(subject)) {
        return token_refusal::malformed;
    }
    session found;
    found.subject = *subject;
    found.impersonated = !claims.find("act").is_nothing();
    const auto refused = rules.kind == token_kind::clerk ? take_clerk(claims, rules, found)
                                                         : take_oidc(claims, rules, found);
    if (refused) {
        return *refused;
    }
    return found;
}

}  // namespace billhook::api
