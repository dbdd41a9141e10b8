#include "worker/pipeline/log_check.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace billhook {

std::string fingerprint_of(std::string_view body, instant timestamp) {
    // Eight bytes at a time, little-endian, each mixed in by a multiplication (the constants are
    // those of Murmur's 64-bit finalizer).
    const auto mix = [](std::uint64_t value) {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdU;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53U;
        return value ^ (value >> 33);
    };
    const auto micros = static_cast<std::uint64_t>(timestamp.time_since_epoch().count());
    std::uint64_t sum = mix(micros) ^ body.size();
    while (!body.empty()) {
        const std::size_t size = std::min<std::size_t>(body.size(), 8);
        std::uint64_t word = 0;
        std::memcpy(&word, body.data(), size);
        sum = mix(sum ^ word) * 0x9e3779b97f4a7c15U;
        body.remove_prefix(size);
    }
    return fmt::format("{:016x}", mix(sum));
}

std::string_view to_word(log_state what) {
    switch (what) {
        case log_state::continues:
            return "continues";
        case log_state::begins_later:
            return "begins_later";
        case log_state::ends_earlier:
            return "ends_earlier";
        case log_state::is_another:
            return "is_another";
    }
    return {};
}

std::optional<std::string> fingerprint_at(
    kafka::inspector& log,
    const partition& which,
    std::int64_t offset,
    std::chrono::milliseconds deadline
) {
    const auto record =
        log.fetch({.topic = which.topic, .partition = which.number, .offset = offset}, deadline);
    return record ? std::optional{fingerprint_of(record->value(), record->timestamp())}
                  : std::nullopt;
}

log_look look_at_log(
    kafka::inspector& log,
    const partition& which,
    std::int64_t next_offset,
    const std::optional<std::string>& fingerprint,
    std::chrono::milliseconds deadline
) {
    log_look found{
        .ends = log.watermarks_of(which.topic, which.number, deadline),
        .state = log_state::continues};
    if (next_offset < found.ends.low) {
        found.state = log_state::begins_later;
    } else if (next_offset > found.ends.high) {
        found.state = log_state::ends_earlier;
    } else if (fingerprint && next_offset > found.ends.low && fingerprint_at(log, which, next_offset - 1, deadline) != fingerprint) {
        // (At the very beginning of what is left, the last passed record is gone rightly.)
        found.state = log_state::is_another;
    }
    return found;
}

}  // namespace billhook
