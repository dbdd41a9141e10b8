#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook::json {

enum class kind : std::uint8_t { absent, null, boolean, number, string, array, object };

// One value of a document, as a flat list in the order of the text: a container is followed by what
// it holds, up to `end`. Made by the reader alone.
struct node {
    std::uint32_t key_at = 0;
    std::uint32_t key_size = 0;
    std::uint32_t text_at = 0;  // of a string or a number
    std::uint32_t text_size = 0;
    std::uint32_t end = 0;  // how many nodes from this one to its next sibling
    kind is = kind::null;
    bool truth = false;
};

class children;

// A handle on one value; two pointers, to be copied freely. It lives as long as its document, also
// when that is moved. A handle on nothing (`absent`) answers every question with nothing, so that
// `root.find("data").find("object").find("id").as_string()` needs no checks in between.
class value {
public:
    value() = default;
    value(const node* at, const char* text) : node_(at), text_(text) {}

    [[nodiscard]] kind is() const { return node_ == nullptr ? kind::absent : node_->is; }
    [[nodiscard]] bool is_absent() const { return is() == kind::absent; }
    [[nodiscard]] bool is_null() const { return is() == kind::null; }
    // Absent or null: Stripe says "nothing" in both ways.
    [[nodiscard]] bool is_nothing() const { return is() <= kind::null; }
    [[nodiscard]] bool is_object() const { return is() == kind::object; }
    [[nodiscard]] bool is_array() const { return is() == kind::array; }
    [[nodiscard]] bool is_string() const { return is() == kind::string; }

    // Of a member of an object: its name. Else empty.
    [[nodiscard]] std::string_view key() const;
    // Of an object: the member of that name, else absent.
    [[nodiscard]] value find(std::string_view key) const;
    // Of an object or array: what it holds, in order. Else nothing.
    [[nodiscard]] children items() const;

    [[nodiscard]] std::optional<bool> as_bool() const;
    // UTF-8 without NUL.
    [[nodiscard]] std::optional<std::string_view> as_string() const;
    // A number exactly as it was written.
    [[nodiscard]] std::optional<std::string_view> as_number() const;
    // A number without fraction and exponent that fits; else nothing.
    [[nodiscard]] std::optional<std::int64_t> as_int64() const;

private:
    friend class children;
    const node* node_ = nullptr;
    const char* text_ = nullptr;
};

// The members of an object or the elements of an array: `for (const value each : list.items())`.
class children {
public:
    class iterator {
    public:
        iterator(const node* at, const char* text) : node_(at), text_(text) {}
        [[nodiscard]] value operator*() const { return value(node_, text_); }
        iterator& operator++() {
            node_ += node_->end;
            return *this;
        }
        friend bool operator==(const iterator& a, const iterator& b) { return a.node_ == b.node_; }

    private:
        const node* node_;
        const char* text_;
    };

    children(const node* first, const node* last, const char* text)
        : first_(first), last_(last), text_(text) {}
    [[nodiscard]] iterator begin() const { return iterator(first_, text_); }
    [[nodiscard]] iterator end() const { return iterator(last_, text_); }
    [[nodiscard]] bool empty() const { return first_ == last_; }
    [[nodiscard]] std::size_t size() const;

private:
    const node* first_;
    const node* last_;
    const char* text_;
};

// Owns the values of one text, strings unescaped and copied once. Made by `read`; it may be moved,
// not copied.
class document {
public:
    document(std::vector<node> nodes, std::vector<char> text)
        : nodes_(std::move(nodes)), text_(std::move(text)) {}
    document(document&&) noexcept = default;
    document& operator=(document&&) noexcept = default;
    document(const document&) = delete;
    document& operator=(const document&) = delete;
    ~document() = default;

    [[nodiscard]] value root() const {
        return nodes_.empty() ? value() : value(nodes_.data(), text_.data());
    }

private:
    std::vector<node> nodes_;
    std::vector<char> text_;
};

}  // namespace billhook::json
