#include "schemas/types/instant.hpp"

#include <array>
#include <charconv>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <limits>

namespace billhook {

namespace {

// Reads exactly `count` digits at `at` and moves past them.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t count) {
    if (at + count > text.size()) {
        return std::nullopt;
    }
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    at += count;
    return value;
}

bool skip(std::string_view text, std::size_t& at, char wanted) {
    if (at >= text.size() || text[at] != wanted) {
        return false;
    }
    ++at;
    return true;
}

// ".123456789" -> microseconds; nothing is zero; nullopt if the point has no or too many digits.
std::optional<std::chrono::microseconds> fraction(std::string_view text, std::size_t& at) {
    if (!skip(text, at, '.')) {
        return std::chrono::microseconds{0};
    }
    std::int64_t micros = 0;
    std::size_t count = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++count) {
        if (count < 6) {
            micros = micros * 10 + (text[at] - '0');
        }
    }
    if (count == 0 || count > 9) {
        return std::nullopt;
    }
    for (; count < 6; ++count) {
        micros *= 10;
    }
    return std::chrono::microseconds{micros};
}

std::optional<std::chrono::minutes> zone(std::string_view text, std::size_t& at) {
    if (skip(text, at, 'Z')) {
        return std::chrono::minutes{0};
    }
    const bool east = at < text.size() && text[at] == '+';
    if (!east && (at >= text.size() || text[at] != '-')) {
        return std::nullopt;
    }
    ++at;
    const auto hours = digits(text, at, 2);
    if (!hours || !skip(text, at, ':')) {
        return std::nullopt;
    }
    const auto minutes = digits(text, at, 2);
    if (!minutes || *hours > 23 || *minutes > 59) {
        return std::nullopt;
    }
    const std::chrono::minutes offset{*hours * 60 + *minutes};
    return east ? offset : -offset;
}

struct unit {
    char letter;
    std::int64_t seconds;
};
constexpr std::array<unit, 4> units{
    {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}
};

}  // namespace

std::string to_rfc3339(instant at) {
    const auto second = std::chrono::floor<std::chrono::seconds>(at);
    const auto micros = (at - second).count();
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(second)};
    const std::chrono::hh_mm_ss time{second - std::chrono::floor<std::chrono::days>(second)};
    auto text = fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count()
    );
    if (micros != 0) {
        text += fmt::format(".{:06}", micros);
    }
    return text + "Z";
}

std::optional<instant> from_rfc3339(std::string_view text) {
    std::size_t at = 0;
    const auto year = digits(text, at, 4);
    const bool dash = skip(text, at, '-');
    const auto month = digits(text, at, 2);
    const bool second_dash = skip(text, at, '-');
    const auto day = digits(text, at, 2);
    const bool letter = skip(text, at, 'T');
    const auto hour = digits(text, at, 2);
    const bool colon = skip(text, at, ':');
    const auto minute = digits(text, at, 2);
    const bool second_colon = skip(text, at, ':');
    const auto second = digits(text, at, 2);
    if (!year || !dash || !month || !second_dash || !day || !letter || !hour || !colon || !minute ||
        !second_colon || !second) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (*year < 1 || !date.ok() || *hour > 23 || *minute > 59 || *second > 59) {
        return std::nullopt;
    }
    const auto micros = fraction(text, at);
    if (!micros) {
        return std::nullopt;
    }
    const auto offset = zone(text, at);
    if (!offset || at != text.size()) {
        return std::nullopt;
    }
    return instant{std::chrono::sys_days{date}} + std::chrono::hours{*hour} +
           std::chrono::minutes{*minute} + std::chrono::seconds{*second} + *micros - *offset;
}

std::optional<std::chrono::seconds> duration_from(std::string_view text) {
    if (text.size() < 2) {
        return std::nullopt;
    }
    std::int64_t count = 0;
    const char* const end = text.data() + text.size() - 1;
    const auto [stop, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc{} || stop != end || text.front() == '-') {
        return std::nullopt;
    }
    for (const auto& [letter, seconds] : units) {
        // A hundred years is more than any policy means, and keeps every sum in range.
        if (text.back() == letter && count <= 36'525 * std::int64_t{86'400} / seconds) {
            return std::chrono::seconds{count * seconds};
        }
    }
    return std::nullopt;
}

std::string to_text(std::chrono::seconds span) {
    for (const auto& [letter, seconds] : units) {
        if (span.count() != 0 && span.count() % seconds == 0) {
            return fmt::format("{}{}", span.count() / seconds, letter);
        }
    }
    return "0s";
}

}  // namespace billhook
