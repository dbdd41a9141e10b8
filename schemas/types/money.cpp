#include "schemas/types/money.hpp"

#include <algorithm>
#include <array>

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

std::string to_text(const money& amount) {
    // Unsigned, since the least number has no positive counterpart.
    const bool negative = amount.amount_minor < 0;
    const auto bits = static_cast<std::uint64_t>(amount.amount_minor);
    const std::string digits = std::to_string(negative ? 0 - bits : bits);
    const auto behind = static_cast<std::size_t>(minor_digits(amount.currency));
    const std::size_t whole = digits.size() > behind ? digits.size() - behind : 0;
    std::string text;
    if (negative) {
        text.push_back('-');
    }
    add_grouped(
        whole == 0 ? std::string_view("0") : std::string_view(digits).substr(0, whole), text
    );
    if (behind > 0) {
        text.push_back('.');
        for (std::size_t missing = digits.size(); missing < behind; ++missing) {
            text.push_back('0');
        }
        for (const char c : std::string_view(digits).substr(whole)) {
            text.push_back(c);
        }
    }
    text.push_back(' ');
    for (const char c : amount.currency) {
        text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

}  // namespace billhook
