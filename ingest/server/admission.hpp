#pragma once

#include "ingest/server/limits.hpp"
#include "ingest/server/unverified_bytes.hpp"
#include "ingest/server/verified_bytes.hpp"

#include <boost/asio/ip/address.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace billhook {

class admission;

// Whom a connection counts for: its client's address, or nobody's, as behind a listed proxy.
using client = std::optional<boost::asio::ip::address>;

// A place among the connections, given back when it is destroyed.
class connection_slot {
public:
    connection_slot(admission& of, client whose) : of_(&of), whose_(std::move(whose)) {}
    connection_slot(connection_slot&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), whose_(std::move(other.whose_)) {}
    connection_slot& operator=(connection_slot&&) = delete;
    ~connection_slot();

    [[nodiscard]] const client& whose() const { return whose_; }

private:
    admission* of_;
    client whose_;
};

enum class room : std::uint8_t { some, none_for_client, none };

// The bounds that all threads share. Outlives every slot, share and reservation. Any thread; the
// lock on connections is taken once for each, never for a request.
class admission {
public:
    explicit admission(const limits& bounds);
    admission(const admission&) = delete;
    admission& operator=(const admission&) = delete;

    // Whether one more is within the bounds.
    [[nodiscard]] room room_for(const client& whose);
    // Takes a place, also beyond the bounds: where another one has just been told to go.
    [[nodiscard]] connection_slot connect(const client& whose);

    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }
    [[nodiscard]] unverified_bytes& unverified() noexcept { return unverified_; }
    [[nodiscard]] verified_bytes& verified() noexcept { return verified_; }
    [[nodiscard]] std::size_t bytes_in_flight() const noexcept { return verified_.held(); }
    [[nodiscard]] std::size_t bytes_unverified() const noexcept { return unverified_.held(); }
    [[nodiscard]] std::size_t waiting() const noexcept { return unverified_.waiting(); }

private:
    friend class connection_slot;
    void disconnect(const client& whose) noexcept;

    limits bounds_;
    unverified_bytes unverified_;
    verified_bytes verified_;
    std::atomic<std::size_t> connections_{0};
    std::mutex guard_;  // of the map
    std::map<boost::asio::ip::address, std::size_t> by_address_;
};

}  // namespace billhook
