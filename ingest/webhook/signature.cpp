#include "ingest/webhook/signature.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace billhook {

namespace {

constexpr std::size_t most_digits = 12;

struct signature_header {
    std::string_view t;  // the literal digits: they are what was signed
    std::int64_t seconds = 0;
    std::array<digest, most_signatures> v1{};
    std::size_t v1_count = 0;
};

constexpr unsigned char no_digit = 0xff;

// What each character is as a lower-case hex digit: 64 are read twice for every delivery.
constexpr auto hex_digits = [] {
    std::array<unsigned char, 256> all{};
    all.fill(no_digit);
    unsigned char value = 0;
    for (const char c : std::string_view("0123456789abcdef")) {
        all[static_cast<unsigned char>(c)] = value++;
    }
    return all;
}();

bool read_hex(std::string_view text, digest& into) {
    if (text.size() != 2 * into.size()) {
        return false;
    }
    unsigned char worst = 0;
    for (std::size_t i = 0; i < into.size(); ++i) {
        const auto high = hex_digits[static_cast<unsigned char>(text[2 * i])];
        const auto low = hex_digits[static_cast<unsigned char>(text[2 * i + 1])];
        worst = static_cast<unsigned char>(worst | high | low);
        into[i] = static_cast<unsigned char>(high << 4 | low);
    }
    return worst != no_digit;
}

// One item; false if it is outside the grammar.
bool read_item(std::string_view item, signature_header& into) {
    const auto equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        return false;
    }
    const auto key = item.substr(0, equals);
    const auto value = item.substr(equals + 1);
    if (key == "t") {
        const bool first = into.t.empty();
        const auto seconds = signed_seconds(value);
        into.t = value;
        into.seconds = seconds.value_or(0);
        return first && seconds.has_value();
    }
    if (key == "v1") {
        return into.v1_count < most_signatures && read_hex(value, into.v1[into.v1_count++]);
    }
    return true;
}

bool is_item_character(char c) {
    return c > ' ' && c < '\x7f';
}

std::optional<signature_header> parse(std::string_view header) {
    signature_header parsed;
    if (header.size() > signature_header_limit ||
        !std::all_of(header.begin(), header.end(), is_item_character)) {
        return std::nullopt;
    }
    for (auto rest = header;;) {
        const auto comma = rest.find(',');
        if (!read_item(rest.substr(0, comma), parsed)) {
            return std::nullopt;
        }
        if (comma == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(comma + 1);
    }
    if (parsed.t.empty() || parsed.v1_count == 0) {
        return std::nullopt;
    }
    return parsed;
}

}  // namespace

std::string_view to_word(signature_refusal why) {
    switch (why) {
        case signature_refusal::missing:
            return "missing";
        case signature_refusal::malformed:
            return "malformed";
        case signature_refusal::outside_tolerance:
            return "outside_tolerance";
        case signature_refusal::no_match:
            return "no_match";
    }
    return "unknown";
}

std::optional<signature_refusal> refuses_header(
    std::string_view header,
    std::chrono::seconds tolerance,
    instant now
) {
    const auto parsed = parse(header);
    if (!parsed) {
        return signature_refusal::malformed;
    }
    if (!is_within(parsed->seconds, now, tolerance)) {
        return signature_refusal::outside_tolerance;
    }
    return std::nullopt;
}

bool is_within(std::int64_t seconds, instant now, std::chrono::seconds tolerance) {
    const auto age = to_unix_seconds(now) - seconds;  // both have at most 13 digits
    return age <= tolerance.count() && -age <= tolerance.count();
}

std::optional<std::int64_t> signed_seconds(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || text.size() > most_digits ||
        !std::all_of(text.begin(), text.end(), is_digit)) {
        return std::nullopt;
    }
    std::int64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return seconds > 0 ? std::optional{seconds} : std::nullopt;
}

result<std::size_t, signature_refusal> secret_that_made(
    const signed_message& what,
    std::string_view body,
    std::span<const endpoint_secret> secrets,
    std::chrono::seconds tolerance,
    instant now
) {
    if (!is_within(what.seconds, now, tolerance)) {
        return signature_refusal::outside_tolerance;
    }
    std::optional<std::size_t> matched;
    for (std::size_t place = 0; place < secrets.size(); ++place) {
        const auto& one = secrets[place];
        if (one.not_after && now > *one.not_after) {
            continue;
        }
        const auto expected = one.key.sign(what.t, body);
        int equal = 0;
        for (const digest& claimed : what.claimed) {
            equal |= CRYPTO_memcmp(expected.data(), claimed.data(), expected.size()) == 0;
        }
        if (equal != 0 && !matched) {
            matched = place;
        }
    }
    if (!matched) {
        return signature_refusal::no_match;
    }
    return *matched;
}

result<std::size_t, signature_refusal> verify(
    std::string_view header,
    std::string_view body,
    std::span<const endpoint_secret> secrets,
    std::chrono::seconds tolerance,
    instant now
) {
    const auto parsed = parse(header);
    if (!parsed) {
        return signature_refusal::malformed;
    }
    const std::span claimed(parsed->v1.data(), parsed->v1_count);
    return secret_that_made({parsed->t, parsed->seconds, claimed}, body, secrets, tolerance, now);
}

}  // namespace billhook
