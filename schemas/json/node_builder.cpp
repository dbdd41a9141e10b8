#include "schemas/json/node_builder.hpp"

#include <algorithm>
#include <cstring>

namespace billhook::json {

namespace {

constexpr std::size_t few_members = 12;
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

// Of a few members each is compared with each. More show by a bit of a hash each that they differ,
// or else, and where there are very many, by their order.
bool node_builder::repeats_key(std::size_t object, std::size_t count) {
    if (count < 2) {
        return false;
    }
    keys_.clear();
    for (std::size_t at = object + 1; at < nodes_.size(); at += nodes_[at].end) {
        keys_.emplace_back(text_.data() + nodes_[at].key_at, nodes_[at].key_size);
    }
    if (count <= few_members) {
        for (auto one = keys_.begin(); one != keys_.end(); ++one) {
            if (std::find(one + 1, keys_.end(), *one) != keys_.end()) {
                return true;
            }
        }
        return false;
    }
    if (count <= many_members && all_leave_marks()) {
        return false;
    }
    const auto shorter_first = [](std::string_view a, std::string_view b) {
        return a.size() != b.size() ? a.size() < b.size()
                                    : std::memcmp(a.data(), b.data(), a.size()) < 0;
    };
    std::sort(keys_.begin(), keys_.end(), shorter_first);
    return std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end();
}

// Whether each key has a mark of its own: then no two are the same.
bool node_builder::all_leave_marks() {
    marks_.reset();
    for (const auto key : keys_) {
        const auto mark = mark_of(key);
        if (marks_.test(mark)) {
            return false;
        }
        marks_.set(mark);
    }
    return true;
}

}  // namespace billhook::json
