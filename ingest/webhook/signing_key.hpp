#pragma once

#include "schemas/types/secret.hpp"

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace billhook {

using digest = std::array<unsigned char, 32>;

// A secret's text, whole, as the key of HMAC-SHA256. Keyed once and used again for each message,
// which is why it is for one thread at a time. Throws std::runtime_error if OpenSSL cannot.
class signing_key {
public:
    explicit signing_key(const secret& value);

    // Of "<t>.<body>", where `t` is the timestamp's text as it stood in the header.
    [[nodiscard]] digest sign(std::string_view t, std::string_view body) const;

private:
    struct free_context {
        void operator()(EVP_MAC_CTX* context) const noexcept;
    };
    std::unique_ptr<EVP_MAC_CTX, free_context> context_;
};

}  // namespace billhook
