#include "schemas/json/node_builder.hpp"

#include <algorithm>
#include <cstring>

namespace billhook::json {

namespace {

constexpr std::size_t many_members = 128;
constexpr unsigned mark_bits = 14;

// A hash of its size, and its first and last eight bytes. As many may be read from where it begins.
std::size_t mark_of(std::string_view key) {
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    constexpr std::uint64_t other_odd = 0xc2b2ae3d27d4eb4f;
    auto first = eight_at(key.data());
    std::uint64_t last = key.size();
    if (key.size() < sizeof first) {
        first &= (std::uint64_t{1} << 8 * key.size()) - 1;
    } else {
        last += eight_at(key.data() + key.size() - sizeof last);
    }
    return (first * odd ^ last * other_odd) >> (64U - mark_bits);
}

}  // namespace

node_builder::node_builder(std::string_view bytes) {
    nodes_.reserve(bytes.size() / 16 + 4);
    text_.reserve(bytes.size() + padding);
    text_.assign(bytes.begin(), bytes.end());
    text_.resize(bytes.size() + padding);
}

bool node_builder::repeats_key(std::size_t object, std::size_t count) {
    return count > 1 && !(count <= many_members && all_leave_marks(object)) &&
           order_repeats(object);
}

// Whether each key has a mark of its own: then no two are the same.
bool node_builder::all_leave_marks(std::size_t object) {
    std::array<std::size_t, many_members> left;
    std::size_t count = 0;
    bool differ = true;
    for (std::size_t at = object + 1; differ && at < nodes_.size(); at += nodes_[at].end) {
        const auto mark = mark_of(key_of(nodes_[at]));
        differ = !marks_.test(mark);
        marks_.set(mark);
        left[count++] = mark;
    }
    for (std::size_t at = 0; at < count; ++at) {
        marks_.reset(left[at]);
    }
    return differ;
}

// Of keys that may be very many: their order shows it.
bool node_builder::order_repeats(std::size_t object) const {
    std::vector<std::string_view> keys;
    for (std::size_t at = object + 1; at < nodes_.size(); at += nodes_[at].end) {
        keys.push_back(key_of(nodes_[at]));
    }
    const auto shorter_first = [](std::string_view a, std::string_view b) {
        return a.size() != b.size() ? a.size() < b.size()
                                    : std::memcmp(a.data(), b.data(), a.size()) < 0;
    };
    std::sort(keys.begin(), keys.end(), shorter_first);
    return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

}  // namespace billhook::json
