#pragma once

#include "schemas/plans/features_text.hpp"
#include "schemas/stripe/fact_text.hpp"
#include "schemas/types/assert.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/words.hpp"
#include "worker/ledger/array_literal.hpp"
#include "worker/ledger/binary_array.hpp"

#include <pqxx/result>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How values travel to and from Postgres: a batch's rows as one array a column, results read column
// by column. What a table holds is our own, so a word that is none of ours is a bug
// (asserts). Pure.
namespace billhook {

// What a column holds as text of its own: features, items, the content of a fact.
template <class T>
concept has_text = requires(const T& from, T& to, std::string_view text) {
    { to_text(from) } -> std::same_as<std::string>;
    from_text(text, to);
};

// Rows of columns of these types, filled value by value.
class row_arrays {
public:
    explicit row_arrays(const std::vector<element>& columns)
        : columns_(columns.begin(), columns.end()) {}

    row_arrays& add(std::string_view text);
    row_arrays& add(const std::string& text) { return add(std::string_view(text)); }
    row_arrays& add(const char* text) { return add(std::string_view(text)); }
    row_arrays& add(bool flag);
    row_arrays& add(std::int64_t number);
    row_arrays& add(std::int32_t number);
    row_arrays& add(instant at);
    template <class Tag>
    row_arrays& add(const strong_id<Tag>& id) {
        return add(id.text());
    }
    template <class T>
    row_arrays& add(const std::optional<T>& what) {
        return what ? add(*what) : add_null();
    }
    // In a column of texts: an array of arrays would be flattened.
    row_arrays& add(const std::vector<std::string>& texts) { return add(array_of(texts)); }
    template <has_words Enum>
    row_arrays& add(Enum what) {
        return add(std::string_view(to_word(what)));
    }
    template <has_text T>
    row_arrays& add(const T& what) {
        return add(to_text(what));
    }
    row_arrays& add_null();
    // All of its columns.
    row_arrays& add_row(const auto& row) {
        columns(row, [this](std::string_view, const auto& value) { this->add(value); });
        return *this;
    }

    [[nodiscard]] bool empty() const { return filled_ == 0; }
    [[nodiscard]] std::size_t rows() const { return filled_ / columns_.size(); }
    // One a column. Asserts that the last row is whole.
    [[nodiscard]] const std::vector<binary_array>& arrays() const;

private:
    binary_array& next() { return columns_[filled_++ % columns_.size()]; }
    std::vector<binary_array> columns_;
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
    template <has_words Enum>
    row_reader& operator>>(Enum& what) {
        const auto found = from_word<Enum>(next_text());
        BILLHOOK_ASSERT(found.has_value());
        what = *found;
        return *this;
    }
    template <has_text T>
    row_reader& operator>>(T& what) {
        from_text(next_text(), what);
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
    std::string_view next_text();
    const pqxx::row& row_;
    pqxx::row::size_type at_ = 0;
};

// What was selected by `select_list`.
template <class Row>
[[nodiscard]] std::vector<Row> rows_in(const pqxx::result& found) {
    std::vector<Row> rows;
    rows.reserve(found.size());
    for (const auto& each : found) {
        row_reader reader(each);
        columns(rows.emplace_back(), [&](std::string_view, auto& value) { reader >> value; });
    }
    return rows;
}

}  // namespace billhook
