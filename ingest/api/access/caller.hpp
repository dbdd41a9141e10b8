#pragma once

#include "ingest/http/problem.hpp"
#include "schemas/types/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace billhook::api {

enum class organization_role : std::uint8_t { member, admin };

// Who asks, once he is believed: a user's session with the organization that it has chosen, or a
// backend of the application with a service token, which may ask for any organization.
struct caller {
    organization_id organization;  // of a service: the path's; empty where the path names none
    organization_role role = organization_role::member;  // of a service: admin
    bool impersonated = false;  // somebody of the application's staff acts as the user
    bool is_service = false;
    std::string subject;  // the user's id, or the service token's name; for the log

    friend bool operator==(const caller&, const caller&) = default;
};

// Pure. Everybody who belongs to an organization may read what concerns it. Only its administrators
// and services may write, and nobody in another's name.
[[nodiscard]] std::optional<http::problem> refuses_write(const caller& who);

}  // namespace billhook::api
