#include "schemas/json/reader.hpp"

#include "schemas/types/text.hpp"

#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace billhook::json {

namespace {

// Iterative: no recursion for outside data to deepen. Numbers as text: none is rounded, and the
// library's own conversion (which crashes on 1.00000000001e-2147483638) never runs. In place: the
// strings of the document are those of its text, not copied one by one.
constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag |
                                 rapidjson::kParseNumbersAsStringsFlag;

constexpr std::size_t few_members = 12;

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

// Builds the flat list of nodes from the reader's calls; false ends the reading with `why`.
class builder {
public:
    explicit builder(std::string_view bytes) {
        nodes_.reserve(bytes.size() / 16 + 4);
        text_.reserve(bytes.size() + 1);
        text_.assign(bytes.begin(), bytes.end());
        text_.resize(bytes.size() + 1);
    }

    // What is to be read, in place. The library takes the NUL behind it for the end.
    [[nodiscard]] char* text() { return text_.data(); }

    bool Null() { return scalar(kind::null); }
    bool Bool(bool truth) {
        scalar(kind::boolean);
        nodes_.back().truth = truth;
        return true;
    }
    bool RawNumber(const char* digits, rapidjson::SizeType size, bool) {
        scalar(kind::number);
        keep(nodes_.back().text_at, nodes_.back().text_size, digits, size);
        return true;
    }
    bool String(const char* characters, rapidjson::SizeType size, bool) {
        scalar(kind::string);
        keep(nodes_.back().text_at, nodes_.back().text_size, characters, size);
        return true;
    }
    bool Key(const char* characters, rapidjson::SizeType size, bool) {
        keep(key_at_, key_size_, characters, size);
        return true;
    }
    bool StartObject() { return open(kind::object); }
    bool StartArray() { return open(kind::array); }
    bool EndObject(rapidjson::SizeType count) {
        close();
        return !repeats_key(open_[depth_], count) || refuse(refusal::duplicate_key);
    }
    bool EndArray(rapidjson::SizeType) {
        close();
        return true;
    }

    // Never called: numbers arrive as text.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

    [[nodiscard]] refusal why() const { return why_; }
    [[nodiscard]] document take() { return document(std::move(nodes_), std::move(text_)); }

private:
    bool refuse(refusal why) {
        why_ = why;
        return false;
    }

    void keep(std::uint32_t& at, std::uint32_t& size, const char* text, std::size_t count) {
        at = static_cast<std::uint32_t>(text - text_.data());
        size = static_cast<std::uint32_t>(count);
    }

    bool scalar(kind is) {
        node& added = nodes_.emplace_back();
        added.is = is;
        added.end = 1;
        added.key_at = std::exchange(key_at_, 0);
        added.key_size = std::exchange(key_size_, 0);
        return true;
    }

    bool open(kind is) {
        if (depth_ == max_depth) {
            return refuse(refusal::too_deep);
        }
        open_[depth_++] = nodes_.size();
        return scalar(is);
    }

    void close() {
        node& closed = nodes_[open_[--depth_]];
        closed.end = static_cast<std::uint32_t>(nodes_.size() - open_[depth_]);
    }

    [[nodiscard]] std::string_view key_of(const node& of) const {
        return {text_.data() + of.key_at, of.key_size};
    }

    // Of an object of a few members each is compared with each; of more their order shows it.
    [[nodiscard]] bool repeats_key(std::size_t object, std::size_t count) {
        if (count < 2) {
            return false;
        }
        keys_.clear();
        for (std::size_t at = object + 1; at < nodes_.size(); at += nodes_[at].end) {
            keys_.push_back(key_of(nodes_[at]));
        }
        if (count <= few_members) {
            for (auto one = keys_.begin(); one != keys_.end(); ++one) {
                if (std::find(one + 1, keys_.end(), *one) != keys_.end()) {
                    return true;
                }
            }
            return false;
        }
        const auto shorter_first = [](std::string_view a, std::string_view b) {
            return a.size() != b.size() ? a.size() < b.size()
                                        : std::memcmp(a.data(), b.data(), a.size()) < 0;
        };
        std::sort(keys_.begin(), keys_.end(), shorter_first);
        return std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end();
    }

    std::vector<node> nodes_;
    std::vector<char> text_;
    std::vector<std::string_view> keys_;  // of the object that was just closed
    std::array<std::size_t, max_depth> open_{};
    std::size_t depth_ = 0;
    std::uint32_t key_at_ = 0;
    std::uint32_t key_size_ = 0;
    refusal why_ = refusal::syntax;
};

}  // namespace

std::string_view to_word(refusal why) {
    switch (why) {
        case refusal::syntax:
            return "syntax";
        case refusal::bad_text:
            return "bad_text";
        case refusal::too_deep:
            return "too_deep";
        case refusal::duplicate_key:
            return "duplicate_key";
        case refusal::too_long:
            return "too_long";
    }
    return "syntax";
}

result<document, refusal> read(std::string_view bytes) {
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
    builder handler(bytes);
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
