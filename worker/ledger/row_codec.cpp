#include "worker/ledger/row_codec.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/types/assert.hpp"

#include <pqxx/field>
#include <pqxx/row>

#include <utility>

namespace billhook {

// libpqxx 6.4.5 has a parser, which aborts on texts that end in a backslash or a quote.
std::vector<std::string> texts_in(std::string_view literal) {
    BILLHOOK_ASSERT(literal.size() >= 2 && literal.front() == '{' && literal.back() == '}');
    literal = literal.substr(1, literal.size() - 2);
    std::vector<std::string> texts;
    bool quoted = false;
    for (std::size_t at = 0; at < literal.size(); ++at) {
        if (texts.empty()) {
            texts.emplace_back();
        }
        const char c = literal[at];
        if (c == '\\') {
            ++at;
            BILLHOOK_ASSERT(at < literal.size());
            texts.back() += literal[at];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            texts.emplace_back();
        } else {
            texts.back() += c;
        }
    }
    BILLHOOK_ASSERT(!quoted);
    return texts;
}

void array_literal::separate() {
    if (text_.size() > 1) {
        text_ += ',';
    }
}

void refuse_nul(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        throw postgres::failure(
            "a text with a NUL byte cannot be stored", {postgres::remedy::bisect, "22021"}
        );
    }
}

array_literal& array_literal::add(std::string_view text) {
    refuse_nul(text);
    separate();
    text_ += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            text_ += '\\';
        }
        text_ += c;
    }
    text_ += '"';
    return *this;
}

array_literal& array_literal::add_null() {
    separate();
    text_ += "NULL";
    return *this;
}

row_arrays& row_arrays::add(std::string_view text) {
    next().add(text);
    return *this;
}

row_arrays& row_arrays::add(bool flag) {
    next().add(flag);
    return *this;
}

row_arrays& row_arrays::add(std::int64_t number) {
    next().add(number);
    return *this;
}

row_arrays& row_arrays::add(std::int32_t number) {
    next().add(number);
    return *this;
}

row_arrays& row_arrays::add(instant at) {
    next().add(at);
    return *this;
}

row_arrays& row_arrays::add_null() {
    next().add_null();
    return *this;
}

const std::vector<binary_array>& row_arrays::arrays() const {
    BILLHOOK_ASSERT(filled_ % columns_.size() == 0);
    return columns_;
}

std::string_view row_reader::next_text() {
    const pqxx::field field = row_[at_++];
    return {field.c_str(), field.size()};
}

row_reader& row_reader::operator>>(std::string& text) {
    text = next_text();
    return *this;
}

row_reader& row_reader::operator>>(bool& flag) {
    flag = row_[at_++].as<bool>();
    return *this;
}

row_reader& row_reader::operator>>(std::int64_t& number) {
    number = row_[at_++].as<std::int64_t>();
    return *this;
}

row_reader& row_reader::operator>>(std::int32_t& number) {
    number = row_[at_++].as<std::int32_t>();
    return *this;
}

row_reader& row_reader::operator>>(instant& at) {
    at = instant{std::chrono::microseconds{row_[at_++].as<std::int64_t>()}};
    return *this;
}

row_reader& row_reader::operator>>(std::vector<std::string>& texts) {
    texts = texts_in(next_text());
    return *this;
}

}  // namespace billhook
