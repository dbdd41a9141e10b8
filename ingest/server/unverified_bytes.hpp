#pragma once

#include "ingest/server/byte_line.hpp"
#include "ingest/server/turn.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace billhook {

class unverified_bytes;

// A place of one request among the unverified bytes, or in the line before them; given back when it
// is destroyed. On one thread.
class unverified_share {
public:
    unverified_share() = default;
    unverified_share(unverified_share&& other) noexcept;
    unverified_share& operator=(unverified_share&& other) noexcept;
    ~unverified_share();

    [[nodiscard]] bool is_in() const { return of_ != nullptr && (!turn_ || turn_->is_in()); }
    // Where to wait, if it is not in.
    [[nodiscard]] const std::shared_ptr<turn>& place() const { return turn_; }

private:
    friend class unverified_bytes;
    unverified_bytes* of_ = nullptr;
    byte_line::ticket ticket_ = 0;
    byte_line::owner whose_;
    std::size_t bytes_ = 0;
    std::shared_ptr<turn> turn_;  // of one who had to wait
};

// The bytes of what nobody has verified yet, over all threads: headers that did not come whole at
// once, and bodies. A request asks before they are read. Outlives its shares. Any thread; a lock,
// but for no request that came whole with its first read.
class unverified_bytes {
public:
    explicit unverified_bytes(const byte_line::bounds& of) : line_(of) {}
    unverified_bytes(const unverified_bytes&) = delete;
    unverified_bytes& operator=(const unverified_bytes&) = delete;

    // In at once, or in the line, to be waited for on `where`; nullopt if that is too long.
    [[nodiscard]] std::optional<unverified_share> ask(
        const byte_line::owner& whose,
        std::size_t bytes,
        const boost::asio::any_io_executor& where
    );
    [[nodiscard]] std::size_t held() const noexcept { return held_; }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
    // See byte_line.
    [[nodiscard]] bool hinders(const byte_line::owner& whose);

private:
    friend class unverified_share;
    void leave(const unverified_share& one);
    void note();

    std::mutex guard_;  // of all but the numbers below
    byte_line line_;
    std::map<byte_line::ticket, turn*> turns_;  // of those in the line
    byte_line::ticket next_ = 0;
    std::atomic<std::size_t> held_{0};
    std::atomic<std::size_t> waiting_{0};
};

}  // namespace billhook
