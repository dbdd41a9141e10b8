#include "schemas/types/money.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace billhook {
namespace {

constexpr std::array<std::string_view, 15> without_minor_unit = {
    "bif",
    "clp",
    "djf",
    "gnf",
    "jpy",
    "kmf",
    "krw",
    "mga",
    "pyg",
    "rwf",
    "vnd",
    "vuv",
    "xaf",
    "xof",
    "xpf"};
constexpr std::array<std::string_view, 5> with_thousandths = {"bhd", "jod", "kwd", "omr", "tnd"};

// A compiler's own, wide enough for every decimal number as a multiple of the least one.
__extension__ typedef __int128 wide_integer;
constexpr std::size_t digits_behind = 12;

void add_grouped(std::string_view digits, std::string& into) {
    for (std::size_t at = 0; at < digits.size(); ++at) {
        if (at > 0 && (digits.size() - at) % 3 == 0) {
            into.push_back(',');
        }
        into.push_back(digits[at]);
    }
}

}  // namespace

int minor_digits(std::string_view currency) {
    if (std::ranges::find(without_minor_unit, currency) != without_minor_unit.end()) {
        return 0;
    }
    return std::ranges::find(with_thousandths, currency) != with_thousandths.end() ? 3 : 2;
}

bool is_decimal(std::string_view text) {
    if (text.starts_with('-')) {
        text.remove_prefix(1);
    }
    const auto point = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, point);
    const auto behind = text.substr(std::min(text.size(), point + 1));
    const auto digits = [](std::string_view part, std::size_t most) {
        return !part.empty() && part.size() <= most &&
               part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return digits(whole, 15) && (point == text.size() || digits(behind, digits_behind));
}

std::optional<std::int64_t> times(std::string_view decimal, std::int64_t quantity) {
    BILLHOOK_ASSERT(is_decimal(decimal));
    const bool negative = decimal.starts_with('-');
    wide_integer parts = 0;  // of 10^-12 minor units
    std::size_t behind = 0;
    bool after_point = false;
    for (const char c : decimal.substr(negative ? 1 : 0)) {
        if (c == '.') {
            after_point = true;
            continue;
        }
        parts = parts * 10 + (c - '0');
        behind += after_point ? 1 : 0;
    }
    wide_integer one = 1;
    for (std::size_t each = 0; each < digits_behind; ++each) {
        one *= 10;
        parts *= each < digits_behind - behind ? 10 : 1;
    }
    wide_integer product = 0;
    if (__builtin_mul_overflow(negative ? -parts : parts, wide_integer{quantity}, &product)) {
        return std::nullopt;
    }
    const wide_integer rest = product % one;
    const wide_integer rounded = product / one + (2 * rest >= one) - (2 * rest <= -one);
    if (rounded < std::numeric_limits<std::int64_t>::min() ||
        rounded > std::numeric_limits<std::int64_t>::max()) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(rounded);
}

std::string to_text(const money& amount) {
    // Unsigned, since the least number has no positive counterpart.
    const bool negative = amount.amount_minor < 0;
    const auto bits = static_cast<std::uint64_t>(amount.amount_minor);
    std::string digits = std::to_string(negative ? 0 - bits : bits);
    const auto behind = static_cast<std::size_t>(minor_digits(amount.currency));
    while (digits.size() <= behind) {
        digits.insert(digits.begin(), '0');
    }
    const std::size_t point = digits.size() - behind;
    std::string text;
    if (negative) {
        text.push_back('-');
    }
    add_grouped(std::string_view(digits).substr(0, point), text);
    if (behind > 0) {
        text.push_back('.');
        text.append(digits, point);
    }
    text.push_back(' ');
    for (const char c : amount.currency) {
        text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

}  // namespace billhook
