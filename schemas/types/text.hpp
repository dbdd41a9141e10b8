#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What text from outside may do to who reads it. Pure.
namespace billhook {

// How many bytes the well-formed UTF-8 character at the start of `text` has; 0 if there is none.
// Requires at least one byte.
[[nodiscard]] std::size_t character_size(std::string_view text);

// One character: C0, DEL or C1.
[[nodiscard]] bool is_control(std::string_view character);

// UTF-8 of 1 to `longest` bytes without controls, and without characters that a reader does not see
// or that turn the order of what he sees (bidirectional controls, zero widths, line separators).
[[nodiscard]] bool is_plain_text(std::string_view text, std::size_t longest);

// For a terminal and for a line-oriented reader: what `is_plain_text` refuses is written as
// "\u001b", bytes that are no UTF-8 as "\xff"; all else stays. Of JSON text the meaning stays.
[[nodiscard]] std::string harmless(std::string_view text);
// Of lines: their ends and tabs stay, too.
[[nodiscard]] std::string harmless_lines(std::string_view text);

}  // namespace billhook
