#include "schemas/io/process/log.hpp"

#include "schemas/types/instant.hpp"
#include "schemas/types/text.hpp"

#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <iostream>
#include <iterator>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

namespace billhook {
namespace {

void put_json_text(fmt::memory_buffer& out, std::string_view text) {
    out.push_back('"');
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
        }
        out.push_back(c);
    }
    out.push_back('"');
}

void put_text(fmt::memory_buffer& out, std::string_view text) {
    const bool bare = !text.empty() && text.find_first_of(" \"=\\") == text.npos;
    if (bare) {
        out.append(text);
    } else {
        put_json_text(out, text);
    }
}

void put_value(fmt::memory_buffer& out, const log_field::content& value, log_format format) {
    const auto put = [&](const auto& what) {
        using held = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<held, std::string>) {
            format == log_format::json ? put_json_text(out, what) : put_text(out, what);
        } else if constexpr (std::is_same_v<held, double>) {
            // JSON knows neither infinity nor NaN.
            std::isfinite(what) ? fmt::format_to(std::back_inserter(out), "{}", what)
                                : fmt::format_to(std::back_inserter(out), "null");
        } else {
            fmt::format_to(std::back_inserter(out), "{}", what);
        }
    };
    std::visit(put, value);
}

std::unique_ptr<spdlog::logger> logger_on(std::ostream& into) {
    constexpr bool flush_each_line = true;
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(into, flush_each_line);
    auto made = std::make_unique<spdlog::logger>(std::string{}, std::move(sink));
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->set_error_handler([](const std::string&) {});
    return made;
}

}  // namespace

std::string_view to_word(log_level level) {
    switch (level) {
        case log_level::debug:
            return "debug";
        case log_level::info:
            return "info";
        case log_level::warning:
            return "warning";
        case log_level::error:
            return "error";
    }
    return "";
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string kept;
    while (!text.empty()) {
        const auto length = character_size(text);
        const auto sequence = text.substr(0, length == 0 ? 1 : length);
        text.remove_prefix(sequence.size());
        if (length == 0 || is_control(sequence)) {
            continue;
        }
        if (kept.size() + sequence.size() > limit) {
            break;
        }
        kept += sequence;
    }
    return kept;
}

log_field::log_field(std::string_view called, std::string_view word)
    : name(called), value(printable(word)) {}

log::log(std::string_view process, log_level least, log_format format)
    : log(process, least, format, std::cerr) {}

log::log(std::string_view process, log_level least, log_format format, std::ostream& into)
    : process_(printable(process)), least_(least), format_(format), lines_(logger_on(into)) {}

log::~log() = default;

void log::write(log_level level, log_message what, std::initializer_list<log_field> with) {
    if (level < least_) {
        return;
    }
    const auto now =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    fmt::memory_buffer line;
    const auto out = std::back_inserter(line);
    if (format_ == log_format::json) {
        fmt::format_to(
            out, R"({{"time":"{}","level":"{}","process":)", to_rfc3339(now), to_word(level)
        );
        put_json_text(line, process_);
        line.append(std::string_view{",\"message\":"});
        put_json_text(line, what.text());
        for (const auto& field : with) {
            fmt::format_to(out, ",\"{}\":", field.name);
            put_value(line, field.value, format_);
        }
        line.push_back('}');
    } else {
        fmt::format_to(out, "{} {} {}: {}", to_rfc3339(now), to_word(level), process_, what.text());
        for (const auto& field : with) {
            fmt::format_to(out, " {}=", field.name);
            put_value(line, field.value, format_);
        }
    }
    lines_->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace billhook
