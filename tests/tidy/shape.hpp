#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::tidy {

// A function with a body. Lines of tables inside it (`= {` to its end) are not counted: data may be
// long.
struct function_shape {
    std::string name;  // the text before its parameters
    std::size_t line;  // of its opening brace, from 1
    std::size_t length;

    friend bool operator==(const function_shape&, const function_shape&) = default;
};

// All functions in `code` (comments and literals blanked); a lambda counts with the function around
// it.
[[nodiscard]] std::vector<function_shape> functions_of(std::string_view code);

// Statements in which a co_await stands beside a closure with captures or a brace-built struct: g++
// 12 destroys such temporaries twice. A guess by looks; named parts and std::move are always fine.
[[nodiscard]] std::vector<std::size_t> lines_of_unsafe_awaits(std::string_view code);

// Names in TEST_CASE(...) that ctest would tear apart.
[[nodiscard]] std::vector<std::string> torn_test_names(std::string_view text);

// Is `word` in `code` where no letter, digit or underscore stands before it?
[[nodiscard]] bool says(std::string_view code, std::string_view word);

}  // namespace billhook::tidy
