#pragma once

#include "ingest/api/access/session_token.hpp"
#include "schemas/json/value.hpp"

namespace billhook::api {

// Pure. Who the claims of a token say that asks, whatever the time. Of Clerk's: version 2 (`v` is
// 2) has `o` with `id`, `rol` and the permissions in `per`, `fpm` and `fea`; every other has
// `org_id`, `org_role` and `org_permissions`. (clerk.com/docs/guides/sessions/session-tokens.)
// Refuses what is of another type than it must be, and Clerk's machines.
[[nodiscard]] result<session, token_refusal> session_in(
    json::value claims,
    const session_rules& rules
);

}  // namespace billhook::api
