#include "schemas/json/writer.hpp"

#include "schemas/types/assert.hpp"
#include "schemas/types/text.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace billhook::json {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_escaped(std::string& out, char control) {
    switch (control) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto code = static_cast<unsigned char>(control);
    out += "\\u00";
    out += hex_digits[code >> 4U];
    out += hex_digits[code & 0xfU];
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const char lead = text.front();
        if (static_cast<unsigned char>(lead) < 0x20 || lead == '"' || lead == '\\') {
            append_escaped(out, lead);
            text.remove_prefix(1);
            continue;
        }
        const std::size_t size = character_size(text);
        if (size == 0) {
            out += "\xef\xbf\xbd";
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(size == 0 ? 1 : size);
    }
    out += '"';
}

void writer::before_value() {
    BILLHOOK_ASSERT(open_.empty() ? text_.empty() : (open_.back() == ']' || after_key_));
    if (!after_key_ && !first_) {
        text_ += ',';
    }
    first_ = false;
    after_key_ = false;
}

void writer::open(char bracket) {
    before_value();
    text_ += bracket;
    open_ += bracket == '{' ? '}' : ']';
    first_ = true;
}

void writer::close(char bracket) {
    BILLHOOK_ASSERT(!open_.empty() && open_.back() == bracket && !after_key_);
    text_ += bracket;
    open_.pop_back();
    first_ = false;
}

writer& writer::begin_object() {
    open('{');
    return *this;
}

writer& writer::end_object() {
    close('}');
    return *this;
}

writer& writer::begin_array() {
    open('[');
    return *this;
}

writer& writer::end_array() {
    close(']');
    return *this;
}

writer& writer::key(std::string_view name) {
    BILLHOOK_ASSERT(!open_.empty() && open_.back() == '}' && !after_key_);
    if (!first_) {
        text_ += ',';
    }
    first_ = false;
    append_quoted(text_, name);
    text_ += ':';
    after_key_ = true;
    return *this;
}

writer& writer::add(std::string_view text) {
    before_value();
    append_quoted(text_, text);
    return *this;
}

writer& writer::add(std::nullptr_t) {
    return add_raw("null");
}

writer& writer::add(const value& what) {
    switch (what.is()) {
        case kind::absent:
        case kind::null:
            return add(nullptr);
        case kind::boolean:
            return add(*what.as_bool());
        case kind::number:
            return add_raw(*what.as_number());
        case kind::string:
            return add(*what.as_string());
        case kind::array:
            begin_array();
            for (const value each : what.items()) {
                add(each);
            }
            return end_array();
        case kind::object:
            begin_object();
            for (const value each : what.items()) {
                key(each.key()).add(each);
            }
            return end_object();
    }
    return *this;
}

writer& writer::add_raw(std::string_view json) {
    before_value();
    text_ += json;
    return *this;
}

writer& writer::add_number(std::int64_t number) {
    std::array<char, std::numeric_limits<std::int64_t>::digits10 + 3> digits{};
    const auto [last, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    BILLHOOK_ASSERT(error == std::errc());
    return add_raw(std::string_view(digits.data(), last));
}

std::string writer::take() {
    BILLHOOK_ASSERT(open_.empty() && !text_.empty());
    first_ = true;
    return std::exchange(text_, std::string());
}

}  // namespace billhook::json
