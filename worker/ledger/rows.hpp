#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <pqxx/result>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How values travel to and from Postgres: a batch's rows as one text array a column, results read
// column by column. Pure.
namespace billhook {

// One array as Postgres' literal, built an element at a time: every text is quoted, `"` and `\`
// escaped. A text with a NUL byte throws postgres::failure (22021, bisect): libpqxx would cut it.
class array_literal {
public:
    array_literal& add(std::string_view text);
    array_literal& add_null();
    [[nodiscard]] std::string text() const { return text_ + "}"; }

private:
    void separate();
    std::string text_ = "{";
};

template <class Range>
[[nodiscard]] std::string array_of(const Range& texts) {
    array_literal array;
    for (const auto& each : texts) {
        if constexpr (requires { each.text(); }) {
            array.add(each.text());
        } else {
            array.add(each);
        }
    }
    return array.text();
}

// The texts of such a literal as Postgres writes it: one dimension, no NULLs.
[[nodiscard]] std::vector<std::string> texts_in(std::string_view literal);

// Rows of a fixed number of columns, filled value by value.
class row_arrays {
public:
    explicit row_arrays(std::size_t columns) : columns_(columns) {}

    row_arrays& add(std::string_view text);
    row_arrays& add(const std::string& text) { return add(std::string_view(text)); }
    row_arrays& add(const char* text) { return add(std::string_view(text)); }
    row_arrays& add(bool flag) { return add(flag ? "t" : "f"); }
    row_arrays& add(std::int64_t number) { return add(std::to_string(number)); }
    row_arrays& add(std::int32_t number) { return add(std::to_string(number)); }
    row_arrays& add(instant at) { return add(to_rfc3339(at)); }
    template <class Tag>
    row_arrays& add(const strong_id<Tag>& id) {
        return add(id.text());
    }
    template <class T>
    row_arrays& add(const std::optional<T>& what) {
        return what ? add(*what) : add_null();
    }
    row_arrays& add_null();

    [[nodiscard]] bool empty() const { return filled_ == 0; }
    // One literal a column. Asserts that the last row is whole.
    [[nodiscard]] std::vector<std::string> literals() const;

private:
    array_literal& next();
    std::vector<array_literal> columns_;
    std::size_t filled_ = 0;
};

// Reads one row from left to right. Times were selected as microseconds since 1970 (`micros`).
class row_reader {
public:
    explicit row_reader(const pqxx::row& row) : row_(row) {}

    row_reader& operator>>(std::string& text);
    row_reader& operator>>(bool& flag);
    row_reader& operator>>(std::int64_t& number);
    row_reader& operator>>(std::int32_t& number);
    row_reader& operator>>(instant& at);
    row_reader& operator>>(std::vector<std::string>& texts);
    template <class Tag>
    row_reader& operator>>(strong_id<Tag>& id) {
        std::string text;
        *this >> text;
        id = strong_id<Tag>(std::move(text));
        return *this;
    }
    template <class T>
    row_reader& operator>>(std::optional<T>& what) {
        if (row_[at_].is_null()) {
            ++at_;
            what.reset();
            return *this;
        }
        return *this >> what.emplace();
    }

private:
    const pqxx::row& row_;
    pqxx::row::size_type at_ = 0;
};

}  // namespace billhook
