#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/log_level.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace spdlog {
class logger;
}

namespace billhook {

[[nodiscard]] std::string_view to_word(log_level level);

// A named value of a log line, made by `"partition"_is(3)`: an id, a number, an enum (by its
// `to_word`) or a word of ours. Never anything of a payload: no body, header, signature, URL,
// e-mail address, metadata. A `secret` does not convert. Text is copied, stripped of C0 and C1
// controls and of bytes that are no UTF-8, and cut at 256 bytes.
struct log_field {
    using content = std::variant<std::int64_t, std::uint64_t, double, bool, std::string>;

    log_field(std::string_view called, bool what) : name(called), value(what) {}
    template <std::signed_integral Number>
    log_field(std::string_view called, Number what) : name(called), value(std::int64_t{what}) {}
    template <std::unsigned_integral Number>
        requires(!std::same_as<Number, bool>)
    log_field(std::string_view called, Number what) : name(called), value(std::uint64_t{what}) {}
    log_field(std::string_view called, double what) : name(called), value(what) {}
    template <class Tag>
    log_field(std::string_view called, const strong_id<Tag>& what)
        : log_field(called, std::string_view{what.text()}) {}
    template <class Enum>
        requires std::is_enum_v<Enum>
    log_field(std::string_view called, Enum what)
        : log_field(called, std::string_view{to_word(what)}) {}
    log_field(std::string_view called, std::string_view word);
    log_field(std::string_view called, const std::string& word)
        : log_field(called, std::string_view{word}) {}
    log_field(std::string_view called, const char* word)
        : log_field(called, std::string_view{word}) {}

    std::string_view name;
    content value;
};

// The name of a field: like the message, a text written in the source.
struct log_name {
    template <class Value>
        requires std::constructible_from<log_field, std::string_view, const Value&>
    [[nodiscard]] log_field operator()(const Value& what) const {
        return {text, what};
    }

    std::string_view text;
};

consteval log_name operator""_is(const char* text, std::size_t length) {
    return {
        std::string_view{text, length}
    };
}

// The message of a log line: a text written in the source, nothing put together at run time.
class log_message {
public:
    consteval log_message(const char* text) : text_(text) {}
    [[nodiscard]] constexpr std::string_view text() const { return text_; }

private:
    std::string_view text_;
};

// A process's log: one line an entry, to standard error or the given stream, flushed at once.
//   text: 2026-02-03T04:05:06.123456Z warning worker: batch refused partition=3 sqlstate=22P05
//   json: {"time":"...","level":"warning","process":"worker","message":"batch refused",...}
// main builds it and passes references down. Any thread; blocks only for the write; never throws
// for a failed write.
class log {
public:
    log(std::string_view process, log_level least, log_format format);
    log(std::string_view process, log_level least, log_format format, std::ostream& into);
    ~log();
    log(const log&) = delete;
    log& operator=(const log&) = delete;

    // `lines.warning("batch refused", "partition"_is(3), "sqlstate"_is(why.sqlstate))`
    template <std::same_as<log_field>... Fields>
    void debug(log_message what, Fields... with) {
        at(log_level::debug, what, std::move(with)...);
    }
    template <std::same_as<log_field>... Fields>
    void info(log_message what, Fields... with) {
        at(log_level::info, what, std::move(with)...);
    }
    template <std::same_as<log_field>... Fields>
    void warning(log_message what, Fields... with) {
        at(log_level::warning, what, std::move(with)...);
    }
    template <std::same_as<log_field>... Fields>
    void error(log_message what, Fields... with) {
        at(log_level::error, what, std::move(with)...);
    }
    template <std::same_as<log_field>... Fields>
    void at(log_level level, log_message what, Fields... with) {
        write(level, what, {std::move(with)...});
    }

private:
    void write(log_level level, log_message what, std::initializer_list<log_field> with);

    std::string process_;
    log_level least_;
    log_format format_;
    std::unique_ptr<spdlog::logger> lines_;
};

// What a log line may carry of a text: see log_field.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 256);

}  // namespace billhook
