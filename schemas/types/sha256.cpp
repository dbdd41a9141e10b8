#include "schemas/types/sha256.hpp"

#include <openssl/sha.h>

namespace billhook {

static_assert(SHA256_DIGEST_LENGTH == 32);

std::array<std::byte, 32> sha256(std::string_view bytes) {
    std::array<std::byte, 32> digest{};
    SHA256(
        reinterpret_cast<const unsigned char*>(bytes.data()),
        bytes.size(),
        reinterpret_cast<unsigned char*>(digest.data())
    );
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : sha256(bytes)) {
        const auto value = std::to_integer<unsigned>(byte);
        text += digits[value >> 4U];
        text += digits[value & 0xfU];
    }
    return text;
}

}  // namespace billhook
