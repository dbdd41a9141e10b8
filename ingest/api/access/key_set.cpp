#include "ingest/api/access/key_set.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/types/base64.hpp"

#include <utility>

namespace billhook::api {
namespace {

constexpr std::size_t longest_name = 255;

// A member that may be absent, but if it is there is that word.
bool is_absent_or(json::value key, std::string_view name, std::string_view word) {
    const auto found = key.find(name);
    return found.is_absent() || found.as_string() == word;
}

std::optional<std::pair<std::string, verifying_key>> key_in(json::value key) {
    const auto name = key.find("kid").as_string();
    const auto n = key.find("n").as_string();
    const auto e = key.find("e").as_string();
    if (key.find("kty").as_string() != "RSA" || !is_absent_or(key, "use", "sig") ||
        !is_absent_or(key, "alg", "RS256") || !name || name->empty() ||
        name->size() > longest_name || !n || !e) {
        return std::nullopt;
    }
    const auto modulus = from_base64url(*n);
    const auto exponent = from_base64url(*e);
    if (!modulus || !exponent) {
        return std::nullopt;
    }
    auto read = verifying_key::from_numbers(*modulus, *exponent);
    if (!read) {
        return std::nullopt;
    }
    return std::pair{std::string(*name), std::move(*read)};
}

}  // namespace

const verifying_key* key_set::find(std::string_view id) const {
    if (only_) {
        return &*only_;
    }
    const auto found = keys_.find(id);
    return found == keys_.end() ? nullptr : &found->second;
}

std::string_view to_word(key_set_refusal why) {
    switch (why) {
        case key_set_refusal::unreadable:
            return "unreadable";
        case key_set_refusal::no_key:
            return "no_key";
    }
    return "";
}

result<key_set, key_set_refusal> parse_key_set(std::string_view body) {
    if (body.size() > key_set_byte_limit) {
        return key_set_refusal::unreadable;
    }
    const auto text = json::read(body);
    if (!text) {
        return key_set_refusal::unreadable;
    }
    const auto list = text->root().find("keys");
    if (!list.is_array() || list.items().size() > most_keys) {
        return key_set_refusal::unreadable;
    }
    key_set::by_name keys;
    for (const json::value each : list.items()) {
        if (auto key = key_in(each)) {
            keys.insert(std::move(*key));
        }
    }
    if (keys.empty()) {
        return key_set_refusal::no_key;
    }
    return key_set(std::move(keys));
}

}  // namespace billhook::api
