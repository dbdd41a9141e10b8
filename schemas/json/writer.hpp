#pragma once

#include "schemas/json/value.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/words.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace billhook::json {

// Appends `text` as a JSON string with its quotes: `"`, `\` and control characters escaped, all
// else as it is; a byte that is no UTF-8 becomes U+FFFD.
void append_quoted(std::string& out, std::string_view text);

// Builds one compact JSON value from its parts, in the order of the calls, which must make sense
// together (a key before each member, every `begin` with its `end`): asserts.
//   json::writer out; out.begin_object().member("id", id).member("count", 3).end_object();
class writer {
public:
    writer& begin_object();
    writer& end_object();
    writer& begin_array();
    writer& end_array();
    writer& key(std::string_view name);

    writer& add(std::string_view text);
    writer& add(const char* text) { return add(std::string_view(text)); }
    writer& add(const std::string& text) { return add(std::string_view(text)); }
    writer& add(std::nullptr_t);
    template <std::same_as<bool> Bool>
    writer& add(Bool truth) {
        return add_raw(truth ? "true" : "false");
    }
    template <std::signed_integral Int>
    writer& add(Int number) {
        return add_number(number);
    }
    writer& add(instant at) { return add(to_rfc3339(at)); }
    template <class Tag>
    writer& add(const strong_id<Tag>& id) {
        return add(id.text());
    }
    template <has_words Enum>
    writer& add(Enum what) {
        return add(to_word(what));
    }
    // Nothing becomes null.
    template <class T>
    writer& add(const std::optional<T>& what) {
        return what ? add(*what) : add(nullptr);
    }
    // A value that was read, with all that it holds: number tokens and the order of members stay,
    // an absent one becomes null.
    writer& add(const value& what);
    // Text that is one JSON value already.
    writer& add_raw(std::string_view json);

    template <class T>
    writer& member(std::string_view name, const T& what) {
        key(name);
        return add(what);
    }
    // Left out if there is nothing.
    template <class T>
    writer& member_if(std::string_view name, const std::optional<T>& what) {
        return what ? member(name, *what) : *this;
    }

    // What is written until now: the beginning of the text. Until the next call.
    [[nodiscard]] std::string_view so_far() const { return text_; }
    // The text; the writer is empty again. Asserts that every `begin` has its `end`.
    [[nodiscard]] std::string take();

private:
    writer& add_number(std::int64_t number);
    void before_value();
    void open(char bracket);
    void close(char bracket);

    std::string text_;
    std::string open_;   // the closing brackets still to come
    bool first_ = true;  // nothing stands in the innermost container yet
    bool after_key_ = false;
};

}  // namespace billhook::json
