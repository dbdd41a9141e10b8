#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>

namespace billhook {

// A wait for bytes, shared by who waits, on the one thread of his io_context, and by who lets him
// in, on any thread.
class turn : public std::enable_shared_from_this<turn> {
public:
    explicit turn(const boost::asio::any_io_executor& where) : bell_(where) {}

    // Any thread; the waiter keeps it alive meanwhile.
    void let_in();
    [[nodiscard]] bool is_in() const noexcept { return in_; }
    // On the waiter's thread: he waits no more.
    void give_up();
    // On the waiter's thread, once. True when it is in; false at the deadline or if given up.
    [[nodiscard]] boost::asio::awaitable<bool> come(std::chrono::steady_clock::time_point by);

private:
    boost::asio::steady_timer bell_;  // rings at the deadline or, cancelled, when there is news
    std::atomic<bool> in_{false};
    bool given_up_ = false;
};

}  // namespace billhook
