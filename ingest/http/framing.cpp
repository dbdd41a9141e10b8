#include "ingest/http/framing.hpp"

#include <algorithm>
#include <charconv>

namespace billhook::http {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_method_character(char c) {
    return is_upper(c) || c == '-';
}
bool is_visible(char c) {
    return c > ' ' && c < '\x7f';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
// RFC 3986's unreserved and sub-delims.
bool is_name_character(char c) {
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') ||
           std::string_view{"-._~!$&'()*+,;="}.find(c) != std::string_view::npos;
}

bool is_address_in_brackets(std::string_view text) {
    const auto inside = text.substr(1, text.size() - 2);
    return text.ends_with(']') && inside.find(':') != inside.npos &&
           std::all_of(inside.begin(), inside.end(), [](char c) {
               return is_hex(c) || c == ':' || c == '.';
           });
}

bool is_host_name(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_encoded =
            text[at] == '%' && at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2]);
        if (!is_encoded && !is_name_character(text[at])) {
            return false;
        }
        at += is_encoded ? 2 : 0;
    }
    return !text.empty();
}

// uri-host [ ":" port ] of RFC 9110, 7.2; of the addresses in brackets those of version 6.
bool is_host_and_port(std::string_view text) {
    const auto end = text.starts_with('[') ? text.find(']') : text.find(':') - 1;
    const auto host = text.substr(0, end + 1);
    const auto port = text.substr(std::min(host.size(), text.size()));
    constexpr std::size_t longest_port = 6;  // ":65535"
    return (host.starts_with('[') ? is_address_in_brackets(host) : is_host_name(host)) &&
           (port.empty() || (port.front() == ':' && port.size() <= longest_port &&
                             std::all_of(port.begin() + 1, port.end(), is_digit)));
}

bool is_plain_path(std::string_view target) {
    return target.starts_with('/') && std::all_of(target.begin(), target.end(), is_visible);
}

// HTTP/1.0 knew no Host; a request that has one must have a sound one all the same.
bool is_good_host(const request_head& head) {
    const auto host = head.fields.first("Host");
    if (!host) {
        return head.version == 10;
    }
    return head.fields.count("Host") == 1 && is_host_and_port(*host);
}

// Plain digits, no leading zero: "3, 3", "003" and "+3" are a length to some and none to others.
std::optional<std::uint64_t> length_from(std::string_view text) {
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit) ||
        (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    return length;
}

}  // namespace

result<framing, problem> framing_of(const request_head& head) {
    framing how;
    const auto& method = head.method;
    if (method.empty() || !std::all_of(method.begin(), method.end(), is_method_character)) {
        return problem{problem_code::bad_method};
    }
    if (!is_plain_path(head.target)) {
        return problem{problem_code::bad_target};
    }
    if (!is_good_host(head)) {
        return problem{problem_code::bad_host};
    }
    if (const auto coding = head.fields.first("Transfer-Encoding")) {
        if (*coding != "chunked" || head.fields.count("Transfer-Encoding") != 1 ||
            head.version == 10 || head.fields.count("Content-Length") != 0) {
            return problem{problem_code::bad_transfer_encoding};
        }
        how.chunked = true;
    }
    if (const auto length = head.fields.first("Content-Length")) {
        how.content_length = length_from(*length);
        if (!how.content_length || head.fields.count("Content-Length") != 1) {
            return problem{problem_code::bad_content_length};
        }
    }
    if (const auto expectation = head.fields.first("Expect")) {
        if (!equal_ignoring_case(*expectation, "100-continue") ||
            head.fields.count("Expect") != 1) {
            return problem{problem_code::bad_expectation};
        }
        how.expects_continue = head.version == 11;  // HTTP/1.0 knew no 100
    }
    return how;
}

std::optional<problem> refuses_body(
    const request_head& head,
    const framing& how,
    std::size_t body_limit
) {
    if (!how.chunked && !how.content_length && head.method == "POST") {
        return problem{problem_code::length_required};
    }
    if (how.content_length && *how.content_length > body_limit) {
        return problem{problem_code::body_too_large};
    }
    if (head.fields.count("Content-Encoding") != 0) {
        return problem{problem_code::unsupported_content_encoding};
    }
    return std::nullopt;
}

}  // namespace billhook::http
