#include "ingest/api/calls/writes.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/types/sha256.hpp"

#include <algorithm>

namespace billhook::api {

namespace {

constexpr std::size_t key_digits = 48;

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

std::string idempotency_key(const operation& of) {
    std::string said(of.name);
    said.append(1, '\0').append(of.livemode ? "live" : "test").append(1, '\0');
    said.append(of.organization.text()).append(1, '\0').append(of.generation).append(1, '\0');
    said.append(of.content);
    return "billhook-" + sha256_hex(said).substr(0, key_digits);
}

std::string generations::next(const std::string& there) {
    tries_ = there_ == there ? tries_ + 1 : 0;
    there_ = there;
    return there + '.' + std::to_string(tries_);
}

bool is_empty_body(std::string_view body) {
    if (body.empty()) {
        return true;
    }
    const auto read = json::read(body);
    return read && read->root().is_object() && read->root().items().empty();
}

std::vector<std::string> origins_in(std::string_view list) {
    std::vector<std::string> origins;
    while (!list.empty()) {
        const auto comma = list.find(',');
        auto one = list.substr(0, comma);
        while (!one.empty() && one.front() == ' ') {
            one.remove_prefix(1);
        }
        while (!one.empty() && (one.back() == ' ' || one.back() == '/')) {
            one.remove_suffix(1);
        }
        if (!one.empty()) {
            origins.emplace_back(one);
        }
        list = comma == list.npos ? std::string_view{} : list.substr(comma + 1);
    }
    return origins;
}

bool is_within(std::string_view url, const std::vector<std::string>& origins) {
    // A browser takes "\" for "/", and what stands before an "@" for no host.
    if (!is_plain(url) || url.find('\\') != url.npos) {
        return false;
    }
    return std::any_of(origins.begin(), origins.end(), [&](const std::string& origin) {
        if (url.substr(0, origin.size()) != origin) {
            return false;
        }
        const auto rest = url.substr(origin.size());
        return rest.empty() || rest[0] == '/' || rest[0] == '?' || rest[0] == '#';
    });
}

bool is_link(std::string_view url) {
    const auto begins = [&](std::string_view with) { return url.substr(0, with.size()) == with; };
    return is_plain(url) && (begins("https://") || begins("http://127.0.0.1:"));
}

}  // namespace billhook::api
