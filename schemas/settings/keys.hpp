#pragma once

#include "schemas/settings/read_settings.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace billhook {

// What stands in the file for it; in the environment and on the command line everything is text.
enum class key_kind : std::uint8_t { text, number, truth, secret_text };

struct key_rule {
    key_kind kind = key_kind::text;
    std::int64_t least = 0;  // of numbers, and of durations in seconds
    std::int64_t most = 0;
    std::string_view words{};  // the allowed texts with blanks between; empty: any
};

// One setting: `kafka.brokers` is BILLHOOK_KAFKA_BROKERS and --kafka-brokers.
struct key {
    std::string_view name;
    std::string_view unit;      // "host:port", "duration", "bytes" ...; for the reader
    std::string_view standard;  // the default as one would write it; empty: none
    key_rule rule;
    // Takes a text over; says what it must be if it is not.
    std::optional<std::string> (*set)(settings& into, std::string_view text, const key& row);
    std::string_view help;  // one line
};

// Every setting but the endpoints (a list of tables), in the order of the example file.
[[nodiscard]] std::span<const key> all_keys();
[[nodiscard]] const key* key_named(std::string_view name);

[[nodiscard]] std::string environment_name(const key& of);  // BILLHOOK_KAFKA_BROKERS
[[nodiscard]] std::string flag_name(const key& of);         // --kafka-brokers

// The key of "--kafka-brokers" or "--kafka-brokers=...", also without the process's own section;
// nullptr if it is no setting's flag.
[[nodiscard]] const key* key_of_flag(process_kind process, std::string_view flag);

// Takes the flags that are settings, --config among them, with their values out of `arguments`:
// "--name value", "--name=value"; a switch
// has no value but by "=". Stops at "--".
[[nodiscard]] std::vector<std::string> take_setting_flags(
    process_kind process,
    std::vector<std::string>& arguments
);

}  // namespace billhook
