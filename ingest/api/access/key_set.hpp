#pragma once

#include "ingest/api/access/verifying_key.hpp"
#include "schemas/types/result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace billhook::api {

inline constexpr std::size_t key_set_byte_limit = 262'144;
inline constexpr std::size_t most_keys = 100;

// Keys by their `kid`. A single key out of a PEM file has no name, and signs for every `kid`.
class key_set {
public:
    using by_name = std::map<std::string, verifying_key, std::less<>>;

    explicit key_set(verifying_key only) : only_(std::move(only)) {}
    explicit key_set(by_name keys) : keys_(std::move(keys)) {}

    // Lives as long as the set; nullptr: there is none of that name.
    [[nodiscard]] const verifying_key* find(std::string_view id) const;

private:
    std::optional<verifying_key> only_;
    by_name keys_;
};

enum class key_set_refusal : std::uint8_t {
    unreadable,  // no JSON, no list `keys`, or too much of it
    no_key,      // none of its keys can verify RS256
};
[[nodiscard]] std::string_view to_word(key_set_refusal why);

// Pure. A JSON Web Key Set (RFC 7517). Keys of another type, algorithm or use, without a name, weak
// or unreadable are skipped, as the RFC asks; of two of one name the first stays.
[[nodiscard]] result<key_set, key_set_refusal> parse_key_set(std::string_view body);

}  // namespace billhook::api
