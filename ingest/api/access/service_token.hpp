#pragma once

#include "schemas/types/instant.hpp"
#include "schemas/types/secret.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace billhook::api {

// "bhk_" and 43 characters of base64url: 32 random bytes. So many that a plain hash keeps it safe.
inline constexpr std::string_view service_token_prefix = "bhk_";

// What the settings know of a service token: never the token.
struct service_token {
    std::string name;
    std::array<std::byte, 32> hash{};  // SHA-256 of its whole text
    std::optional<instant> not_after;  // from then on it opens nothing
};

// Of 32 bytes that nobody can guess.
[[nodiscard]] secret service_token_of(std::span<const std::byte, 32> random);

// Sixty-four lower-case hexadecimal digits as what they stand for.
[[nodiscard]] std::optional<std::array<std::byte, 32>> hash_from_hex(std::string_view text);

// The one of that hash, whether or not its time is over; nullptr: there is none. Compares with each
// in constant time.
[[nodiscard]] const service_token* service_token_in(
    std::span<const service_token> all,
    std::string_view text
);

}  // namespace billhook::api
