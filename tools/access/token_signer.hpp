#pragma once

#include "schemas/types/secret.hpp"

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace billhook {

// An RSA key that signs tokens (RS256), in the place of Clerk or another provider: for the demo,
// and for tests. A cheap copy; one thread at a time. Throws std::runtime_error if OpenSSL cannot.
class token_signer {
public:
    // A key that nobody else has.
    [[nodiscard]] static token_signer made(int bits = 2048);
    // "-----BEGIN PRIVATE KEY-----"; nothing if it is no RSA key.
    [[nodiscard]] static std::optional<token_signer> from_pem(const secret& pem);

    // A compact JWS of these two JSON texts, as they are.
    [[nodiscard]] std::string sign(std::string_view header, std::string_view payload) const;

    [[nodiscard]] secret private_pem() const;
    [[nodiscard]] std::string public_pem() const;
    // {"kty":"RSA","use":"sig","alg":"RS256","kid":...,"n":...,"e":...}: for a key set's `keys`.
    [[nodiscard]] std::string web_key(std::string_view id) const;

private:
    explicit token_signer(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
    std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace billhook
