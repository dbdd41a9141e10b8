#pragma once

#include <boost/asio/ip/address.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace billhook {

// What one process takes upon itself, whatever arrives. Deadlines are kept to within a tenth of a
// second.
struct limits {
    std::size_t body_bytes = 1024 * 1024;
    std::size_t header_bytes = 8 * 1024;
    std::size_t header_fields = 64;
    std::size_t connections = 4096;                // in all, over all threads
    std::size_t connections_per_address = 4096;    // a proxy in front is one address
    std::size_t requests_per_connection = 10'000;  // then it is closed, with the last answer
    std::size_t bytes_in_flight = 32 * 1024 * 1024;
    std::chrono::milliseconds header{
        5'000};                              // from the first byte of a request to its header's end
    std::chrono::milliseconds body{10'000};  // from there to the body's end
    std::chrono::milliseconds idle{60'000};  // until the first byte of a request
    std::chrono::milliseconds write{10'000};  // until an answer is taken
    std::chrono::milliseconds linger{2'000};  // after an answer that closes: so that it arrives
};

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
        : of_(std::exchange(other.of_, nullptr)), from_(other.from_) {}
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
