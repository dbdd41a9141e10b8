#pragma once

#include "ingest/server/byte_line.hpp"
#include "ingest/server/limits.hpp"
#include "ingest/server/turn.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace billhook {

class unverified_bytes;

// What is being read. Each kind has bytes and a line of its own, so that who holds megabytes makes
// nobody wait who has a few kilobytes.
enum class unverified_kind : std::uint8_t { header, small_body, large_body };

// What a request asks for.
struct unverified_claim {
    unverified_kind kind;
    byte_line::owner whose;
    std::size_t bytes;
};

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
    unverified_claim claim_{};
    std::shared_ptr<turn> turn_;  // of one who had to wait
};

// The bytes of what nobody has verified yet, over all threads: headers that did not come whole at
// once, and bodies. A request asks before they are read. Outlives its shares. Any thread; a lock,
// but for no request that came whole with its first read.
class unverified_bytes {
public:
    explicit unverified_bytes(const limits& bounds);
    unverified_bytes(const unverified_bytes&) = delete;
    unverified_bytes& operator=(const unverified_bytes&) = delete;

    // In at once, or in the line, to be waited for on `where`. No more than one of that kind may.
    [[nodiscard]] unverified_share ask(
        const unverified_claim& claim,
        const boost::asio::any_io_executor& where
    );
    [[nodiscard]] std::size_t held() const noexcept { return held_; }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
    // See byte_line.
    [[nodiscard]] bool hinders(const unverified_claim& claim);

private:
    friend class unverified_share;
    void leave(const unverified_share& one);
    [[nodiscard]] byte_line& line_of(unverified_kind kind);
    void note();

    std::mutex guard_;  // of all but the numbers below
    std::array<byte_line, 3> lines_;
    std::map<byte_line::ticket, turn*> turns_;  // of those in the line
    byte_line::ticket next_ = 0;
    std::atomic<std::size_t> held_{0};
    std::atomic<std::size_t> waiting_{0};
};

}  // namespace billhook
