#include "schemas/types/text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

TEST_CASE("text: what a terminal would obey and what a reader would not see is written out") {
    const struct {
        const char* name;
        std::string text;
        std::string shown;
    } rows[] = {
        {"letters", "Praxis Dr. Müller, 東京 🩺 \\n", "Praxis Dr. Müller, 東京 🩺 \\n"},
        {"a family of joined characters", "👩‍⚕️", "👩‍⚕️"},
        {"ESC", "\x1b[2J", "\\u001b[2J"},
        {"BEL", "a\ab", "a\\u0007b"},
        {"NUL", std::string("a\0b", 3), "a\\u0000b"},
        {"CR and LF", "a\r\nb", "a\\u000d\\u000ab"},
        {"TAB", "a\tb", "a\\u0009b"},
        {"DEL", "\x7f", "\\u007f"},
        {"C1's CSI",
         "\xc2\x9b"
         "31m", "\\u009b31m"},
        {"the last of C1 and the first behind it", "\xc2\x9f\xc2\xa0", "\\u009f\xc2\xa0"},
        {"a raw byte of C1",
         "\x9b"
         "31m", "\\x9b31m"},
        {"bidi override", "a\u202eb\u202c", "a\\u202eb\\u202c"},
        {"bidi isolate and mark", "\u2066\u200f\u061c", "\\u2066\\u200f\\u061c"},
        {"line separators", "\u2028\u2029", "\\u2028\\u2029"},
        {"no width", "\u200b\ufeff", "\\u200b\\ufeff"},
        {"tags", "\U000e0041", "\\udb40\\udc41"},
        {"a cut character", "a\xe6\x9d", "a\\xe6\\x9d"},
        {"overlong", "\xc0\x80\xe0\x9f\xbf", "\\xc0\\x80\\xe0\\x9f\\xbf"},
        {"half a surrogate pair", "\xed\xa0\xbd", "\\xed\\xa0\\xbd"},
        {"beyond Unicode", "\xf4\x90\x80\x80\xff", "\\xf4\\x90\\x80\\x80\\xff"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(harmless(row.text) == row.shown);
        CHECK(is_plain_text(row.text, 255) == (row.text == row.shown));
    }
    CHECK(harmless_lines("a\tb\n\x1b\nc\r\n") == "a\tb\n\\u001b\nc\\u000d\n");
}

TEST_CASE("text: of plain text there is some and not too much") {
    CHECK(!is_plain_text("", 3));
    CHECK(is_plain_text("abc", 3));
    CHECK(!is_plain_text("abcd", 3));
}

}  // namespace billhook
