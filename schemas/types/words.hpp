#pragma once

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

// The words of closed enums, as JSON, SQL and metrics have them. Each enum's stand in one place: in
// a `to_word` whose switch has no default, so that the compiler refuses a forgotten one, and that
// gives nothing for a value which is none of the enum's. Here is what follows from it.
namespace billhook {

template <class Enum>
concept has_words = std::is_enum_v<Enum> && requires(Enum what) {
    { to_word(what) } -> std::convertible_to<std::string_view>;
};

// All values, in order; they count from 0 without a gap.
template <has_words Enum>
[[nodiscard]] std::vector<Enum> every() {
    std::vector<Enum> all;
    for (auto value = std::underlying_type_t<Enum>{};; ++value) {
        const auto what = static_cast<Enum>(value);
        if (std::string_view(to_word(what)).empty()) {
            return all;
        }
        all.push_back(what);
    }
}

template <has_words Enum>
[[nodiscard]] std::optional<Enum> from_word(std::string_view word) {
    for (const Enum what : every<Enum>()) {
        if (to_word(what) == word) {
            return what;
        }
    }
    return std::nullopt;
}

}  // namespace billhook
