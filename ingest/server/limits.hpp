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
    std::size_t connections_per_address;  // a proxy in front is one address
    std::size_t requests_per_connection;  // then it is closed, with the last answer
    std::size_t bytes_in_flight;
    std::chrono::milliseconds header;  // from the first byte of a request to its header's end
    std::chrono::milliseconds body;    // from there to the body's end
    std::chrono::milliseconds idle;    // until the first byte of a request
    std::chrono::milliseconds write;   // until an answer is taken
    std::chrono::milliseconds linger{2'000};  // after an answer that closes: so that it arrives
};

[[nodiscard]] limits limits_from(const ingest_settings& told);

}  // namespace billhook
