#include "schemas/types/base64.hpp"

#include <cstddef>
#include <cstdint>

namespace billhook {
namespace {

constexpr std::string_view common =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

struct last_two {
    char of_62;
    char of_63;
};
constexpr last_two plain{'+', '/'};
constexpr last_two of_url{'-', '_'};

std::string encoded(std::string_view bytes, last_two with) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    const auto add = [&](std::uint32_t six) {
        text += six < common.size() ? common[six] : six == 62 ? with.of_62 : with.of_63;
    };
    for (const char byte : bytes) {
        bits = (bits << 8 | static_cast<unsigned char>(byte)) & 0xffff;
        for (held += 8; held >= 6; held -= 6) {
            add(bits >> (held - 6) & 63);
        }
    }
    if (held > 0) {
        add(bits << (6 - held) & 63);
    }
    return text;
}

std::optional<std::uint32_t> six_of(char c, last_two with) {
    const auto digit = [&](char first, std::uint32_t value) {
        return value + static_cast<std::uint32_t>(c - first);
    };
    if (c >= 'A' && c <= 'Z') {
        return digit('A', 0);
    }
    if (c >= 'a' && c <= 'z') {
        return digit('a', 26);
    }
    if (c >= '0' && c <= '9') {
        return digit('0', 52);
    }
    if (c == with.of_62) {
        return 62;
    }
    return c == with.of_63 ? std::optional<std::uint32_t>{63} : std::nullopt;
}

std::optional<std::string> decoded(std::string_view text, last_two with) {
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const auto six = six_of(c, with);
        if (!six) {
            return std::nullopt;
        }
        bits = (bits << 6 | *six) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>(bits >> held & 0xff);
        }
    }
    const bool is_whole = held < 6 && (bits & ((1U << held) - 1)) == 0;
    return is_whole ? std::optional{std::move(bytes)} : std::nullopt;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string text = encoded(bytes, plain);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string to_base64url(std::string_view bytes) {
    return encoded(bytes, of_url);
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) {
        text.remove_suffix(1);
    }
    return decoded(text, plain);
}

std::optional<std::string> from_base64url(std::string_view text) {
    return decoded(text, of_url);
}

}  // namespace billhook
