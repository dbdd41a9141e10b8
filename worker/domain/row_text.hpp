#pragma once

#include "schemas/plans/features_text.hpp"
#include "schemas/stripe/fact_text.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/words.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// A row in words, for people: its columns' names and values.
namespace billhook {

template <class T>
[[nodiscard]] std::string column_text(const T& value) {
    if constexpr (requires { value.has_value(); }) {
        return value ? column_text(*value) : "none";
    } else if constexpr (std::same_as<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::integral<T>) {
        return std::to_string(value);
    } else if constexpr (std::same_as<T, instant>) {
        return to_rfc3339(value);
    } else if constexpr (has_words<T>) {
        return std::string(to_word(value));
    } else if constexpr (requires { value.text(); }) {
        return value.text();
    } else if constexpr (std::convertible_to<T, std::string>) {
        return value;
    } else if constexpr (std::same_as<T, std::vector<std::string>>) {
        std::string all;
        for (const std::string& each : value) {
            all += (all.empty() ? "" : "+") + each;
        }
        return all;
    } else {
        return to_text(value);
    }
}

using row_text = std::vector<std::pair<std::string_view, std::string>>;

[[nodiscard]] row_text text_of(const auto& row) {
    row_text all;
    columns(row, [&](std::string_view name, const auto& value) {
        all.emplace_back(name, column_text(value));
    });
    return all;
}

}  // namespace billhook
