#pragma once

#include "schemas/types/result.hpp"

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace billhook::api {

enum class key_refusal : std::uint8_t {
    unreadable,  // no RSA public key
    too_weak,    // a modulus below 2048 bits, or an exponent that nobody uses
    too_large,   // a modulus above 8192 bits: verifying would take milliseconds
};
[[nodiscard]] std::string_view to_word(key_refusal why);

// The public half of an RSA key; verifies RSASSA-PKCS1-v1_5 with SHA-256 ("RS256") and nothing
// else. A cheap copy; from any thread, several at once. What it found good it does not verify again
// for a while: a session asks with one token for a minute.
class verifying_key {
public:
    // Of a key set's `n` and `e`: big-endian numbers.
    [[nodiscard]] static result<verifying_key, key_refusal> from_numbers(
        std::string_view modulus,
        std::string_view exponent
    );
    // "-----BEGIN PUBLIC KEY-----": the first of the text.
    [[nodiscard]] static result<verifying_key, key_refusal> from_pem(std::string_view pem);

    [[nodiscard]] bool signed_this(std::string_view text, std::string_view signature) const;

private:
    class found_good;
    explicit verifying_key(std::shared_ptr<EVP_PKEY> key);
    [[nodiscard]] static result<verifying_key, key_refusal> checked(std::shared_ptr<EVP_PKEY> key);

    std::shared_ptr<EVP_PKEY> key_;
    std::shared_ptr<found_good> good_;
};

}  // namespace billhook::api
