#pragma once

#include "ingest/server/turn.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>

namespace billhook {

class verified_bytes;

// A share of the bytes in flight, or a place in the line before them; given back when it is
// destroyed. It may pass between threads once it is in.
class reservation {
public:
    reservation() = default;
    reservation(reservation&& other) noexcept;
    reservation& operator=(reservation&& other) noexcept;
    ~reservation();

    [[nodiscard]] bool is_in() const { return of_ != nullptr && (!turn_ || turn_->is_in()); }
    // Where to wait, if it is not in.
    [[nodiscard]] const std::shared_ptr<turn>& place() const { return turn_; }

private:
    friend class verified_bytes;
    verified_bytes* of_ = nullptr;
    std::size_t bytes_ = 0;
    std::shared_ptr<turn> turn_;  // of one who had to wait
};

// The bytes of events whose signature is good, over all threads, until their delivery report. Who
// is not verified cannot touch them. Beyond the bound one waits, in order of asking. Outlives its
// reservations. Any thread; lock-free while nobody waits.
class verified_bytes {
public:
    explicit verified_bytes(std::size_t bound) : bound_(bound) {}
    verified_bytes(const verified_bytes&) = delete;
    verified_bytes& operator=(const verified_bytes&) = delete;

    // In at once, or in the line, to be waited for on `where`. What is more than the bound waits
    // until nothing else is held, and is then let in alone.
    [[nodiscard]] reservation ask(std::size_t bytes, const boost::asio::any_io_executor& where);
    [[nodiscard]] std::size_t held() const noexcept { return held_; }

private:
    friend class reservation;
    struct entry {
        turn* who;
        std::size_t bytes;
    };
    bool take(std::size_t bytes) noexcept;
    void leave(const reservation& one);
    void let_in();

    std::size_t bound_;
    std::atomic<std::size_t> held_{0};
    std::atomic<std::size_t> waiting_{0};  // entries of the line, raised before they try
    std::mutex guard_;                     // of the line
    std::list<entry> line_;
};

}  // namespace billhook
