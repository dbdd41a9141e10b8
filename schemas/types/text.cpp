#include "schemas/types/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace billhook {

namespace {

// Of a well-formed character.
char32_t code_of(std::string_view character) {
    const auto byte = [&](std::size_t at) {
        return static_cast<char32_t>(static_cast<unsigned char>(character[at]));
    };
    switch (character.size()) {
        case 1:
            return byte(0);
        case 2:
            return ((byte(0) & 0x1fU) << 6U) | (byte(1) & 0x3fU);
        case 3:
            return ((byte(0) & 0x0fU) << 12U) | ((byte(1) & 0x3fU) << 6U) | (byte(2) & 0x3fU);
        default:
            return ((byte(0) & 0x07U) << 18U) | ((byte(1) & 0x3fU) << 12U) |
                   ((byte(2) & 0x3fU) << 6U) | (byte(3) & 0x3fU);
    }
}

// Not seen, or moves what is. The joiners (200c, 200d) stay: words of some languages need them.
bool is_treacherous(char32_t code) {
    static constexpr std::array<std::pair<char32_t, char32_t>, 10> ranges{
        {{0x00, 0x1f},
         {0x7f, 0x9f},
         {0x061c, 0x061c},
         {0x200b, 0x200b},
         {0x200e, 0x200f},
         {0x2028, 0x202e},
         {0x2060, 0x206f},
         {0xfeff, 0xfeff},
         {0xfff9, 0xfffb},
         {0xe0000, 0xe007f}}
    };
    return std::ranges::any_of(ranges, [&](const auto& each) {
        return code >= each.first && code <= each.second;
    });
}

std::string harmless_but(std::string_view text, bool lines_stay) {
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        const auto character = text.substr(0, std::max<std::size_t>(size, 1));
        text.remove_prefix(character.size());
        if (size == 0) {
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(character[0]));
            continue;
        }
        const auto code = code_of(character);
        if (!is_treacherous(code) || (lines_stay && (character == "\n" || character == "\t"))) {
            shown += character;
        } else if (code < 0x10000) {
            shown += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
        } else {
            const auto above = static_cast<unsigned>(code) - 0x10000U;
            shown += fmt::format(
                "\\u{:04x}\\u{:04x}", 0xd800U + (above >> 10U), 0xdc00U + (above & 0x3ffU)
            );
        }
    }
    return shown;
}

}  // namespace

std::size_t character_size(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned lead = byte(0);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    if (size == 0 || size > text.size()) {
        return 0;
    }
    for (std::size_t at = 1; at < size; ++at) {
        if ((byte(at) & 0xc0U) != 0x80) {
            return 0;
        }
    }
    const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
    const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
    return overlong || surrogate || beyond ? 0 : size;
}

bool is_control(std::string_view character) {
    const auto code = code_of(character);
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

bool is_plain_text(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && harmless(text) == text;
}

std::string harmless(std::string_view text) {
    return harmless_but(text, false);
}

std::string harmless_lines(std::string_view text) {
    return harmless_but(text, true);
}

}  // namespace billhook
