#include "tools/simulator/signature.hpp"

#include "schemas/types/assert.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace billhook::simulator {

std::string signature_header(std::string_view body, const secret& key, instant at) {
    const auto seconds = std::to_string(to_unix_seconds(at));
    const auto payload = seconds + "." + std::string(body);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const auto& text = key.reveal();
    const auto* made = HMAC(
        EVP_sha256(),
        text.data(),
        static_cast<int>(text.size()),
        reinterpret_cast<const unsigned char*>(payload.data()),
        payload.size(),
        digest.data(),
        &length
    );
    BILLHOOK_ASSERT(made != nullptr && length == 32);
    static constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "t=" + seconds + ",v1=";
    for (unsigned int i = 0; i < length; ++i) {
        out += hex[digest[i] >> 4];
        out += hex[digest[i] & 15];
    }
    return out;
}

}  // namespace billhook::simulator
