#pragma once

#include "schemas/json/value.hpp"
#include "schemas/types/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace billhook::json {

// Containers inside one another; one more is refused.
inline constexpr std::size_t max_depth = 64;

enum class refusal : std::uint8_t {
    syntax,         // not the grammar of RFC 8259, also an empty text, a BOM, a second value
    bad_text,       // bytes that are no UTF-8, a raw NUL
    too_deep,       // over `max_depth`
    duplicate_key,  // two members of one object with one name: readers disagree which counts
    too_long,       // 2 GiB or more
};
[[nodiscard]] std::string_view to_word(refusal why);

// Reads one strict JSON value. An escaped NUL or lone surrogate, which no database takes, is read
// as U+FFFD, in strings and keys. Pure; never throws but for want of memory; memory is a small
// multiple of the text, time grows with n log n at worst. Numbers keep their token: none is
// rounded. (A number beyond the range of a double is refused as syntax.)
[[nodiscard]] result<document, refusal> read(std::string_view bytes);

}  // namespace billhook::json
