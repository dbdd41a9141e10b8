#include "schemas/json/value.hpp"

#include <charconv>
#include <cstring>

namespace billhook::json {

namespace {

bool is_container(const node& what) {
    return what.is == kind::object || what.is == kind::array;
}

}  // namespace

std::string_view value::key() const {
    return node_ == nullptr ? std::string_view()
                            : std::string_view(text_ + node_->key_at, node_->key_size);
}

value value::find(std::string_view key) const {
    if (!is_object()) {
        return {};
    }
    const node* const last = node_ + node_->end;
    for (const node* each = node_ + 1; each != last; each += each->end) {
        if (each->key_size == key.size() &&
            std::memcmp(text_ + each->key_at, key.data(), key.size()) == 0) {
            return value(each, text_);
        }
    }
    return {};
}

children value::items() const {
    if (node_ == nullptr || !is_container(*node_)) {
        return children(nullptr, nullptr, nullptr);
    }
    return children(node_ + 1, node_ + node_->end, text_);
}

std::optional<bool> value::as_bool() const {
    if (is() != kind::boolean) {
        return std::nullopt;
    }
    return node_->truth;
}

std::optional<std::string_view> value::as_string() const {
    if (is() != kind::string) {
        return std::nullopt;
    }
    return std::string_view(text_ + node_->text_at, node_->text_size);
}

std::optional<std::string_view> value::as_number() const {
    if (is() != kind::number) {
        return std::nullopt;
    }
    return std::string_view(text_ + node_->text_at, node_->text_size);
}

std::optional<std::int64_t> value::as_int64() const {
    const auto token = as_number();
    if (!token) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const char* const last = token->data() + token->size();
    const auto [stopped, error] = std::from_chars(token->data(), last, number);
    if (error != std::errc() || stopped != last) {
        return std::nullopt;
    }
    return number;
}

std::size_t children::size() const {
    std::size_t count = 0;
    for (const node* each = first_; each != last_; each += each->end) {
        ++count;
    }
    return count;
}

}  // namespace billhook::json
