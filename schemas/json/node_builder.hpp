#pragma once

#include "schemas/json/reader.hpp"
#include "schemas/json/value.hpp"

#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook::json {

// Eight characters, the first of them lowest.
inline std::uint64_t eight_at(const char* from) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t eight = 0;
    std::memcpy(&eight, from, sizeof eight);
    return eight;
}

// Builds the flat list of nodes from what a reader calls while it reads `text` in place; false ends
// the reading with `why`. The names of the calls are those that RapidJSON expects of a handler.
class node_builder {
public:
    // What may be read behind the text: NULs.
    static constexpr std::size_t padding = 8;

    explicit node_builder(std::string_view bytes);

    // What is to be read, in place.
    [[nodiscard]] char* text() { return text_.data(); }

    bool Null() { return scalar(kind::null); }
    bool Bool(bool truth) {
        scalar(kind::boolean);
        nodes_.back().truth = truth;
        return true;
    }
    bool RawNumber(const char* digits, std::uint32_t size, bool) {
        scalar(kind::number);
        keep(nodes_.back().text_at, nodes_.back().text_size, digits, size);
        return true;
    }
    bool String(const char* characters, std::uint32_t size, bool) {
        scalar(kind::string);
        keep(nodes_.back().text_at, nodes_.back().text_size, characters, size);
        return true;
    }
    bool Key(const char* characters, std::uint32_t size, bool) {
        keep(key_at_, key_size_, characters, size);
        return true;
    }
    bool StartObject() { return open(kind::object); }
    bool StartArray() { return open(kind::array); }
    bool EndObject(std::uint32_t count) {
        close();
        return !repeats_key(open_[depth_], count) || refuse(refusal::duplicate_key);
    }
    bool EndArray(std::uint32_t) {
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

    void keep(std::uint32_t& at, std::uint32_t& size, const char* text, std::uint32_t count) {
        at = static_cast<std::uint32_t>(text - text_.data());
        size = count;
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

    [[nodiscard]] bool repeats_key(std::size_t object, std::size_t count);
    [[nodiscard]] bool all_leave_marks(std::size_t object);
    [[nodiscard]] bool order_repeats(std::size_t object) const;
    [[nodiscard]] std::string_view key_of(const node& of) const {
        return {text_.data() + of.key_at, of.key_size};
    }

    std::vector<node> nodes_;
    std::vector<char> text_;
    std::bitset<1U << 14U> marks_;  // of an object that is being closed, else none
    std::array<std::size_t, max_depth> open_{};
    std::size_t depth_ = 0;
    std::uint32_t key_at_ = 0;
    std::uint32_t key_size_ = 0;
    refusal why_ = refusal::syntax;
};

}  // namespace billhook::json
