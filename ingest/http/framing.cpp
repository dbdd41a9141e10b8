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
// Of uri-host and port: RFC 3986's unreserved and sub-delims, brackets, colon, percent.
bool is_host_character(char c) {
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') ||
           std::string_view{"-._~!$&'()*+,;=:%[]"}.find(c) != std::string_view::npos;
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
    return head.fields.count("Host") == 1 && !host->empty() &&
           std::all_of(host->begin(), host->end(), is_host_character);
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
