#pragma once

#include "ingest/api/access/authority.hpp"
#include "ingest/api/access/key_cache.hpp"
#include "ingest/api/access/service_token.hpp"
#include "ingest/api/access/session_token.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace billhook::api {

// Who is believed. Without `sessions` no session is; without service tokens, no service.
struct access_rules {
    std::optional<session_rules> sessions;
    std::vector<service_token> service_tokens;
};

// What a caller is told of a refused token: whether a fresh one would help, and nothing else.
[[nodiscard]] http::problem problem_of(token_refusal why);

// The authority over bearer tokens. `keys` must live longer; `told` hears of each refusal, from any
// thread, and of nothing that the token said.
class token_authority final : public authority {
public:
    using listener = std::function<void(token_refusal)>;

    token_authority(access_rules rules, key_source& keys, listener told);

    [[nodiscard]] result<caller, http::problem> who_asks(
        const http::request_head& head,
        const std::optional<organization_id>& of_the_path,
        instant now
    ) override;

private:
    [[nodiscard]] result<caller, token_refusal> service(std::string_view token, instant now) const;
    [[nodiscard]] result<session, token_refusal> session_of(std::string_view token, instant now);

    access_rules rules_;
    key_source& keys_;
    listener told_;
};

}  // namespace billhook::api
