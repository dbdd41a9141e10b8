#pragma once

#include "schemas/types/text.hpp"

#include <concepts>
#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

// How every command prints. Ids, types, organizations and whatever else comes from outside may hold
// what a terminal obeys or a reader does not see: each text that is printed is made harmless here,
// and one argument is never more than one line.
namespace billhook {

// Text of several lines that we made ourselves, of texts each of which was made harmless: its line
// ends stay.
struct own_lines {
    std::string_view text;
};

template <class Value>
auto harmless_argument(const Value& value) {
    if constexpr (std::same_as<Value, own_lines>) {
        return harmless_lines(value.text);
    } else if constexpr (std::convertible_to<const Value&, std::string_view>) {
        return harmless(value);
    } else {
        return value;
    }
}
template <class Value>
using harmless_of = decltype(harmless_argument(std::declval<const Value&>()));

// On standard output: what was asked for.
template <class... Values>
void tell(fmt::format_string<harmless_of<Values>...> what, const Values&... values) {
    fmt::print(stdout, what, harmless_argument(values)...);
}

// On standard error: what is wrong, progress, and what else a person should know.
template <class... Values>
void warn(fmt::format_string<harmless_of<Values>...> what, const Values&... values) {
    fmt::print(stderr, what, harmless_argument(values)...);
}

}  // namespace billhook
