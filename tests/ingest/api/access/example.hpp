#pragma once

#include "ingest/api/access/session_token.hpp"
#include "tools/access/token_signer.hpp"

#include <string>
#include <string_view>

// What the tests of this folder share: an issuer with a key, its rules, and a time.
namespace billhook::api::example {

inline constexpr std::int64_t now_seconds = 1'767'225'600;
inline constexpr instant now = from_unix_seconds(now_seconds);
inline constexpr std::string_view issuer = "https://clerk.example.com";
inline constexpr std::string_view key_id = "ins_1";

// Made once for the whole program: a key costs a tenth of a second.
[[nodiscard]] const token_signer& signer();
[[nodiscard]] const token_signer& other_signer();
[[nodiscard]] const verifying_key& key();

[[nodiscard]] session_rules clerk_rules();
[[nodiscard]] session_rules oidc_rules();

// The claims of a session that is good at `now`, with these members after them, and without those
// of them whose names they repeat.
[[nodiscard]] std::string claims(std::string_view more = "");

[[nodiscard]] std::string token(
    std::string_view payload,
    std::string_view header = R"({"alg":"RS256","kid":"ins_1","typ":"JWT"})"
);

}  // namespace billhook::api::example
