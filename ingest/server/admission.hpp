#pragma once

#include "ingest/server/limits.hpp"

#include <boost/asio/ip/address.hpp>

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace billhook {

class admission;

// A share of the bytes in flight, given back when it is destroyed. It may pass between threads.
class reservation {
public:
    reservation() = default;
    explicit reservation(admission& of) : of_(&of) {}
    reservation(reservation&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    reservation& operator=(reservation&& other) noexcept;
    ~reservation();

    // False, and nothing changed, if the bound would be exceeded.
    [[nodiscard]] bool grow(std::size_t bytes);

private:
    admission* of_ = nullptr;
    std::size_t bytes_ = 0;
};

// A place among the connections, given back when it is destroyed.
class connection_slot {
public:
    connection_slot(admission& of, boost::asio::ip::address from)
        : of_(&of), from_(std::move(from)) {}
    connection_slot(connection_slot&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), from_(std::move(other.from_)) {}
    connection_slot& operator=(connection_slot&&) = delete;
    ~connection_slot();

private:
    admission* of_;
    boost::asio::ip::address from_;
};

// The bounds that all threads share. Outlives every slot and reservation. Any thread; the lock is
// taken once for a connection, never for a request.
class admission {
public:
    explicit admission(const limits& bounds) : bounds_(bounds) {}
    admission(const admission&) = delete;
    admission& operator=(const admission&) = delete;

    // nullopt: too many already, in all or from this address.
    [[nodiscard]] std::optional<connection_slot> connect(const boost::asio::ip::address& from);
    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }
    [[nodiscard]] std::size_t bytes_in_flight() const noexcept { return bytes_; }

private:
    friend class reservation;
    friend class connection_slot;
    bool take(std::size_t bytes) noexcept;
    void give(std::size_t bytes) noexcept { bytes_ -= bytes; }
    void disconnect(const boost::asio::ip::address& from) noexcept;

    limits bounds_;
    std::atomic<std::size_t> bytes_{0};
    std::atomic<std::size_t> connections_{0};
    std::mutex guard_;  // of the map
    std::map<boost::asio::ip::address, std::size_t> by_address_;
};

}  // namespace billhook
