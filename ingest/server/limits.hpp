#pragma once

#include "schemas/settings/settings.hpp"

#include <chrono>
#include <cstddef>

namespace billhook {

// What one process takes upon itself, whatever arrives. What an operator can choose has its default
// in the settings alone. Deadlines are kept to within a tenth of a second.
struct limits {
    std::size_t body_bytes;
    std::size_t header_bytes;
    std::size_t header_fields = 64;
    std::size_t connections;              // in all, over all threads
    std::size_t connections_per_address;  // a listed proxy has no such bound
    std::size_t requests_per_connection;  // then it is closed, with the last answer
    std::size_t bytes_in_flight;          // of verified events, until their delivery report
    // Of bodies that are being read; headers, and bodies that are small, have a quarter each
    // besides.
    std::size_t unverified_bytes;
    std::size_t unverified_bytes_per_address;
    std::size_t small_body = 65'536;            // and none that is greater makes it wait
    std::size_t least_rate;                     // bytes a second of what is being read, over a span
    std::chrono::milliseconds span{2'000};      // in which it must be kept
    std::chrono::milliseconds short_span{250};  // the same while others wait for its bytes
    std::chrono::milliseconds header;  // from the first byte of a request to its header's end
    std::chrono::milliseconds body;    // from there to the body's end, the wait in line included
    std::chrono::milliseconds idle;    // until the first byte of a request
    std::chrono::milliseconds write;   // until an answer is taken
    std::chrono::milliseconds linger{2'000};  // after an answer that closes: so that it arrives
};

[[nodiscard]] limits limits_from(const ingest_settings& told);

// What a header that is not yet whole counts as: its bytes as they came and as fields.
[[nodiscard]] constexpr std::size_t unfinished_header_bytes(const limits& of) {
    return 2 * of.header_bytes;
}

}  // namespace billhook
