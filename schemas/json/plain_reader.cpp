#include "schemas/json/plain_reader.hpp"

#include "schemas/json/node_builder.hpp"
#include "schemas/types/text.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

namespace billhook::json {

namespace {

constexpr std::size_t longest_number = 32;  // far below what a double cannot hold

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// All characters of a text are read in place, up to a NUL, which stands nowhere but behind it.
class plain_reader {
public:
    explicit plain_reader(std::string_view bytes)
        : into_(bytes), at_(into_.text()), end_(at_ + bytes.size()) {}

    [[nodiscard]] bool read_all() {
        skip_spaces();
        while (read_value()) {
            while (is_complete_) {
                skip_spaces();
                if (depth_ == 0) {
                    return at_ == end_;
                }
                if (!go_on()) {
                    return false;
                }
            }
        }
        return false;
    }
    [[nodiscard]] document take() { return into_.take(); }

private:
    struct container {
        bool is_object;
        std::uint32_t count;
    };

    // Spaces by eight: Stripe indents.
    void skip_spaces() {
        constexpr std::uint64_t spaces = 0x2020202020202020;
        while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') {
            ++at_;
            auto others = eight_at(at_) ^ spaces;
            for (; others == 0; others = eight_at(at_) ^ spaces) {
                at_ += sizeof others;
            }
            at_ += std::countr_zero(others) / 8;
        }
    }

    // A value, or the opening of one, up to where its first member's value begins.
    [[nodiscard]] bool read_value() {
        is_complete_ = true;
        switch (*at_) {
            case '{':
                return open(true, '}');
            case '[':
                return open(false, ']');
            case '"':
                return read_string() && into_.String(text_, size_, false);
            case 't':
                return read_word("true") && into_.Bool(true);
            case 'f':
                return read_word("false") && into_.Bool(false);
            case 'n':
                return read_word("null") && into_.Null();
            default:
                return read_number();
        }
    }

    [[nodiscard]] bool open(bool is_object, char closing) {
        if (!(is_object ? into_.StartObject() : into_.StartArray())) {
            return false;
        }
        ++at_;
        skip_spaces();
        inside_[depth_++] = {is_object, 0};
        if (*at_ == closing) {
            return close();
        }
        is_complete_ = false;
        inside_[depth_ - 1].count = 1;
        return !is_object || read_key();
    }

    [[nodiscard]] bool close() {
        ++at_;
        const container closed = inside_[--depth_];
        return closed.is_object ? into_.EndObject(closed.count) : into_.EndArray(closed.count);
    }

    // Behind a value within a container.
    [[nodiscard]] bool go_on() {
        container& around = inside_[depth_ - 1];
        if (*at_ == ',') {
            ++at_;
            skip_spaces();
            is_complete_ = false;
            ++around.count;
            return !around.is_object || read_key();
        }
        return *at_ == (around.is_object ? '}' : ']') && close();
    }

    [[nodiscard]] bool read_key() {
        if (*at_ != '"' || !read_string()) {
            return false;
        }
        into_.Key(text_, size_, false);
        skip_spaces();
        if (*at_ != ':') {
            return false;
        }
        ++at_;
        skip_spaces();
        return true;
    }

    [[nodiscard]] bool read_word(std::string_view word) {
        if (std::strncmp(at_, word.data(), word.size()) != 0) {
            return false;
        }
        at_ += word.size();
        return true;
    }

    [[nodiscard]] bool read_digits() {
        if (!is_digit(*at_)) {
            return false;
        }
        while (is_digit(*at_)) {
            ++at_;
        }
        return true;
    }

    [[nodiscard]] bool read_number() {
        const char* const begin = at_;
        at_ += *at_ == '-' ? 1 : 0;
        if (*at_ == '0') {
            ++at_;
        } else if (!read_digits()) {
            return false;
        }
        if (*at_ == '.') {
            ++at_;
            if (!read_digits()) {
                return false;
            }
        }
        const auto size = static_cast<std::size_t>(at_ - begin);
        return *at_ != 'e' && *at_ != 'E' && size <= longest_number &&
               into_.RawNumber(begin, static_cast<std::uint32_t>(size), false);
    }

    // The first of its characters that is not printable ASCII, a quote or a backslash, is there at
    // the latest where the text ends.
    [[nodiscard]] static char* end_of_plain(char* from) {
        constexpr std::uint64_t ones = 0x0101010101010101;
        for (;; from += sizeof(std::uint64_t)) {
            const auto eight = eight_at(from);
            const auto below_space = eight - ones * ' ';
            const auto no_quote = (eight ^ ones * '"') - ones;
            const auto no_backslash = (eight ^ ones * '\\') - ones;
            // A borrow reaches only what stands behind the first that is found.
            const auto found = (eight | below_space | no_quote | no_backslash) & ones * 0x80;
            if (found != 0) {
                return from + std::countr_zero(found) / 8;
            }
        }
    }

    // Leaves where it stands, unescaped, in `text_` and `size_`.
    [[nodiscard]] bool read_string() {
        char* const begin = at_ + 1;
        at_ = end_of_plain(begin);
        text_ = begin;
        size_ = static_cast<std::uint32_t>(at_ - begin);
        return *at_++ == '"' || read_rest();
    }

    // From its first character on that is not plain.
    [[nodiscard]] bool read_rest() {
        char* to = --at_;
        while (*at_ != '"') {
            if (!(*at_ == '\\' ? read_escape(to) : read_character(to))) {
                return false;
            }
            char* const plain = std::exchange(at_, end_of_plain(at_));
            std::memmove(to, plain, static_cast<std::size_t>(at_ - plain));
            to += at_ - plain;
        }
        ++at_;
        size_ = static_cast<std::uint32_t>(to - text_);
        return true;
    }

    // One that is not of ASCII. (A control character has one byte.)
    [[nodiscard]] bool read_character(char*& to) {
        const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
        const auto size = left.empty() ? 0 : character_size(left);
        if (size < 2) {
            return false;
        }
        std::memmove(to, at_, size);
        to += size;
        at_ += size;
        return true;
    }

    [[nodiscard]] bool read_escape(char*& to) {
        constexpr std::string_view names = "\"\\/bfnrt";
        constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
        const auto at = names.find(at_[1]);
        if (at == names.npos) {
            return at_[1] == 'u' && read_unit(to);
        }
        *to++ = meant[at];
        at_ += 2;
        return true;
    }

    // \uXXXX, but for NUL and surrogates.
    [[nodiscard]] bool read_unit(char*& to) {
        unsigned unit = 0;
        const auto [stop, error] = std::from_chars(at_ + 2, std::min(at_ + 6, end_), unit, 16);
        if (error != std::errc{} || stop != at_ + 6 || unit == 0 ||
            (unit >= 0xd800 && unit < 0xe000)) {
            return false;
        }
        at_ += 6;
        if (unit < 0x80) {
            *to++ = static_cast<char>(unit);
            return true;
        }
        if (unit < 0x800) {
            *to++ = static_cast<char>(0xc0 | unit >> 6U);
        } else {
            *to++ = static_cast<char>(0xe0 | unit >> 12U);
            *to++ = static_cast<char>(0x80 | (unit >> 6U & 0x3f));
        }
        *to++ = static_cast<char>(0x80 | (unit & 0x3f));
        return true;
    }

    node_builder into_;
    char* at_;
    char* end_;
    const char* text_ = nullptr;  // of the string that was just read
    std::uint32_t size_ = 0;
    std::array<container, max_depth> inside_;
    std::size_t depth_ = 0;
    bool is_complete_ = false;  // the value that was just begun
};

}  // namespace

std::optional<document> read_plain(std::string_view bytes) {
    if (bytes.size() > std::numeric_limits<std::int32_t>::max()) {
        return std::nullopt;
    }
    plain_reader reader(bytes);
    if (!reader.read_all()) {
        return std::nullopt;
    }
    return reader.take();
}

}  // namespace billhook::json
