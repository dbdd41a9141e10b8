#include "worker/notifier/email_text.hpp"

#include "schemas/types/base64.hpp"
#include "worker/notifier/email.hpp"

#include <algorithm>
#include <array>

namespace billhook {
namespace {

constexpr std::size_t plain_header_limit = 60;  // with the header's name below 78
constexpr std::size_t encoded_word_bytes = 42;  // 56 of base64, 68 with "=?UTF-8?B?" and "?="
constexpr std::size_t quoted_printable_columns = 76;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

bool is_plain(std::string_view line) {
    return line.size() <= plain_header_limit && line.find("=?") == line.npos &&
           std::ranges::all_of(line, [](char c) { return c >= 0x20 && c < 0x7f; });
}

// Words of whole characters, a line each.
std::string encoded_words(std::string_view line) {
    std::string out;
    while (!line.empty()) {
        std::size_t size = std::min(line.size(), encoded_word_bytes);
        while (size > 1 && size < line.size() && is_continuation(line[size])) {
            --size;
        }
        out += out.empty() ? "" : "\r\n ";
        out += "=?UTF-8?B?" + to_base64(line.substr(0, size)) + "?=";
        line.remove_prefix(size);
    }
    return out;
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
        const bool c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        at += c1 ? 1 : 0;
        out += c1 || byte < 0x20 || byte == 0x7f ? ' ' : static_cast<char>(byte);
    }
    const auto first = out.find_first_not_of(' ');
    return first == out.npos ? std::string()
                             : out.substr(first, out.find_last_not_of(' ') - first + 1);
}

std::string wrapped(std::string_view text, std::size_t columns) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        while (line.size() > columns) {
            auto blank = line.rfind(' ', columns);
            blank = blank == line.npos ? line.find(' ') : blank;
            if (blank == line.npos) {
                break;
            }
            out += line.substr(0, blank);
            out += '\n';
            line.remove_prefix(blank + 1);
        }
        out += line;
        out += end < text.size() ? "\n" : "";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string header_text(std::string_view text) {
    const std::string line = one_line(text);
    return is_plain(line) ? line : encoded_words(line);
}

std::string header_mailbox(std::string_view name, std::string_view address) {
    const std::string line = one_line(name);
    std::string mailbox = '<' + one_line(address) + '>';
    if (line.empty()) {
        return mailbox;
    }
    if (!is_plain(line)) {
        return encoded_words(line) + "\r\n " + mailbox;
    }
    std::string quoted = "\"";
    for (const char c : line) {
        quoted += c == '"' || c == '\\' ? "\\" : "";
        quoted += c;
    }
    return quoted + "\"\r\n " + mailbox;
}

std::string quoted_printable(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    const auto put = [&](std::string_view token) {
        if (column + token.size() >= quoted_printable_columns) {
            out += "=\r\n";
            column = 0;
        }
        out += token;
        column += token.size();
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte == '\n') {
            out += "\r\n";
            column = 0;
            continue;
        }
        const bool ends_line = at + 1 == text.size() || text[at + 1] == '\n';
        const bool blank_at_end = byte == ' ' && ends_line;
        if (byte < 0x20 || byte > 0x7e || byte == '=' || blank_at_end) {
            const std::array token{'=', digits[byte >> 4], digits[byte & 15]};
            put({token.data(), token.size()});
        } else {
            put(text.substr(at, 1));
        }
    }
    return out;
}

}  // namespace billhook
