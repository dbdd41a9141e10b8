#include "ingest/api/access/service_token.hpp"

#include "schemas/types/base64.hpp"
#include "schemas/types/sha256.hpp"

#include <openssl/crypto.h>

#include <charconv>

namespace billhook::api {

secret service_token_of(std::span<const std::byte, 32> random) {
    const std::string_view bytes(reinterpret_cast<const char*>(random.data()), random.size());
    return secret(std::string(service_token_prefix) + to_base64url(bytes));
}

std::optional<std::array<std::byte, 32>> hash_from_hex(std::string_view text) {
    std::array<std::byte, 32> hash{};
    if (text.size() != 2 * hash.size() || text.find_first_not_of("0123456789abcdef") != text.npos) {
        return std::nullopt;
    }
    for (std::size_t at = 0; at < hash.size(); ++at) {
        unsigned byte = 0;
        std::from_chars(text.data() + 2 * at, text.data() + 2 * at + 2, byte, 16);
        hash[at] = static_cast<std::byte>(byte);
    }
    return hash;
}

const service_token* service_token_in(std::span<const service_token> all, std::string_view text) {
    const auto hash = sha256(text);
    const service_token* found = nullptr;
    for (const auto& each : all) {
        if (CRYPTO_memcmp(each.hash.data(), hash.data(), hash.size()) == 0) {
            found = &each;
        }
    }
    return found;
}

}  // namespace billhook::api
