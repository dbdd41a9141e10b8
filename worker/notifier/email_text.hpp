#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Texts as mail takes them. Pure; input is UTF-8, and what is not is replaced.
namespace billhook {

// Breaks lines at blanks, so that none is longer than `columns` bytes but for a word (a link) that
// is; existing line ends stay.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t columns);

// The body of a header (RFC 5322) with a text of any kind in it: one line as it is if that is plain
// and short, else encoded words (RFC 2047), folded. Never holds a line end that is not followed by
// a blank.
[[nodiscard]] std::string header_text(std::string_view text);
// "Name <address>" for From and Reply-To; the name is quoted or encoded where it must be.
[[nodiscard]] std::string header_mailbox(std::string_view name, std::string_view address);

// Quoted-printable (RFC 2045) with CRLF line ends, no line above 76 bytes. Line ends of the input
// are \n.
[[nodiscard]] std::string quoted_printable(std::string_view text);

}  // namespace billhook
