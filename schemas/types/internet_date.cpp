#include "schemas/types/internet_date.hpp"

#include <array>

namespace billhook {

namespace {

// At least two digits.
void add_number(std::string& to, unsigned value) {
    if (value >= 100) {
        add_number(to, value / 100);
        value %= 100;
    }
    to += static_cast<char>('0' + value / 10);
    to += static_cast<char>('0' + value % 10);
}

}  // namespace

std::string internet_date(std::chrono::sys_seconds at, std::string_view zone) {
    static constexpr std::array<std::string_view, 7> days{
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    const auto add = [](std::string& to, auto number, std::string_view behind) {
        add_number(to, static_cast<unsigned>(number));
        to += behind;
    };
    std::string text;
    text.reserve(sizeof "Sun, 06 Nov 1994 08:49:37 +0000");
    text += days[std::chrono::weekday{day}.c_encoding()];
    text += ", ";
    add(text, static_cast<unsigned>(date.day()), " ");
    text += months[static_cast<unsigned>(date.month()) - 1];
    text += ' ';
    add(text, static_cast<int>(date.year()), " ");
    add(text, time.hours().count(), ":");
    add(text, time.minutes().count(), ":");
    add(text, time.seconds().count(), " ");
    text += zone;
    return text;
}

}  // namespace billhook
