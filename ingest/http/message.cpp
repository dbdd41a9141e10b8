#include "ingest/http/message.hpp"

#include <algorithm>

namespace billhook::http {

namespace {

char lowered(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 402:
            return "Payment Required";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        default:
            return "Unknown";
    }
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lowered(x) == lowered(y);
    });
}

void fields::add(std::string_view name, std::string_view value) {
    const auto begin = static_cast<std::uint32_t>(text_.size());
    text_.append(name);
    const auto name_end = static_cast<std::uint32_t>(text_.size());
    text_.append(value);
    places_.push_back({begin, name_end, static_cast<std::uint32_t>(text_.size())});
}

void fields::clear() {
    text_.clear();
    places_.clear();
}

std::string_view fields::name_of(const place& at) const {
    return std::string_view{text_}.substr(at.begin, at.name_end - at.begin);
}

std::size_t fields::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(
        places_.begin(),
        places_.end(),
        [&](const place& at) { return equal_ignoring_case(name_of(at), name); }
    ));
}

std::optional<std::string_view> fields::first(std::string_view name) const {
    for (const auto& at : places_) {
        if (equal_ignoring_case(name_of(at), name)) {
            return std::string_view{text_}.substr(at.name_end, at.value_end - at.name_end);
        }
    }
    return std::nullopt;
}

// A reply is written for every request: by appending, and with one allocation.
std::string to_text(const response& what, const wire& how) {
    constexpr std::size_t roomy = 256;
    std::string out;
    out.reserve(roomy + (how.header_only ? 0 : what.body.size()));
    const auto add = [&out](const auto&... parts) { (out.append(parts), ...); };
    add("HTTP/1.1 ", std::to_string(what.status), " ", reason_of(what.status), "\r\n");
    if (!how.date.empty()) {
        add("Date: ", how.date, "\r\n");
    }
    // RFC 9110, 8.6: to a 304 it would have to be the length of the 200, and a 204 has none.
    if (what.status != 304 && what.status != 204) {
        add("Content-Type: ", what.content_type, "\r\n");
        add("Content-Length: ", std::to_string(what.body.size()), "\r\n");
    }
    if (!what.allow.empty()) {
        add("Allow: ", what.allow, "\r\n");
    }
    if (what.status == 401) {  // RFC 9110, 11.6.1: which credentials would do
        add("WWW-Authenticate: Bearer\r\n");
    }
    for (const auto& [name, value] : what.more) {
        add(name, ": ", value, "\r\n");
    }
    if (what.retry_after) {
        add("Retry-After: ", std::to_string(what.retry_after->count()), "\r\n");
    }
    if (!how.keep_alive) {
        add("Connection: close\r\n");
    }
    add("\r\n");
    if (!how.header_only) {
        add(what.body);
    }
    return out;
}

}  // namespace billhook::http
