#include "schemas/json/whole_reader.hpp"

#include "schemas/json/node_builder.hpp"
#include "schemas/types/text.hpp"

#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

namespace billhook::json {

namespace {

// Iterative: no recursion for outside data to deepen. Numbers as text: none is rounded, and the
// library's own conversion (which crashes on 1.00000000001e-2147483638) never runs. In place: the
// strings of the document are those of its text, not copied one by one.
constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag |
                                 rapidjson::kParseNumbersAsStringsFlag;

// Nearly all events are ASCII but for a name: eight characters at once.
bool is_utf8(std::string_view bytes) {
    constexpr std::uint64_t not_ascii = 0x8080808080808080;
    while (!bytes.empty()) {
        std::uint64_t eight = 0;
        if (bytes.size() >= sizeof eight) {
            std::memcpy(&eight, bytes.data(), sizeof eight);
            if ((eight & not_ascii) == 0) {
                bytes.remove_prefix(sizeof eight);
                continue;
            }
        }
        const auto size = character_size(bytes);
        if (size == 0) {
            return false;
        }
        bytes.remove_prefix(size);
    }
    return true;
}

std::optional<unsigned> hex4(std::string_view digits) {
    unsigned value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
    return digits.size() == 4 && error == std::errc{} && stop == end ? std::optional(value)
                                                                     : std::nullopt;
}

// The code unit of the escape `\uXXXX` that begins there.
std::optional<unsigned> unit_at(std::string_view bytes, std::size_t at) {
    return bytes.substr(at, 2) == "\\u" ? hex4(bytes.substr(at + 2, 4)) : std::nullopt;
}

bool is_high(unsigned unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}

bool is_low(unsigned unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

// The body with \ufffd in the place of every escaped NUL and lone surrogate, which are texts in
// JSON but nowhere else: Postgres takes neither. Nothing if there is none.
std::optional<std::string> without_bad_escapes(std::string_view bytes) {
    std::optional<std::string> mended;
    for (auto at = bytes.find('\\'); at < bytes.size(); at = bytes.find('\\', at)) {
        const auto unit = unit_at(bytes, at);
        if (!unit) {
            at += 2;  // "\\" too is an escape of two characters
            continue;
        }
        const auto next = is_high(*unit) ? unit_at(bytes, at + 6) : std::nullopt;
        if (next && is_low(*next)) {
            at += 12;
            continue;
        }
        if (*unit == 0 || is_high(*unit) || is_low(*unit)) {
            if (!mended) {
                mended.emplace(bytes);
            }
            mended->replace(at + 2, 4, "fffd");
        }
        at += 6;
    }
    return mended;
}

}  // namespace

result<document, refusal> read_whole(std::string_view bytes) {
    if (bytes.empty()) {
        return refusal::syntax;
    }
    if (bytes.size() > std::numeric_limits<std::int32_t>::max()) {
        return refusal::too_long;
    }
    if (std::memchr(bytes.data(), 0, bytes.size()) != nullptr || !is_utf8(bytes)) {
        return refusal::bad_text;
    }
    const auto mended = without_bad_escapes(bytes);
    if (mended) {
        bytes = *mended;
    }
    node_builder handler(bytes);
    rapidjson::InsituStringStream stream(handler.text());
    rapidjson::Reader reader;
    const rapidjson::ParseResult parsed = reader.Parse<parse_flags>(stream, handler);
    if (parsed.Code() == rapidjson::kParseErrorTermination) {
        return handler.why();
    }
    if (parsed.IsError()) {
        return parsed.Code() == rapidjson::kParseErrorStringUnicodeSurrogateInvalid
                   ? refusal::bad_text
                   : refusal::syntax;
    }
    // Success alone does not say that all was read.
    if (stream.Tell() != bytes.size()) {
        return refusal::syntax;
    }
    return handler.take();
}

}  // namespace billhook::json
