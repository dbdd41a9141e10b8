#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace billhook::api {

// An answer that another thread gives to a coroutine, which waits for it on an io_context of one
// thread. Held by a shared_ptr: whoever waits may go before it is given.
template <class T>
class pending_answer : public std::enable_shared_from_this<pending_answer<T>> {
public:
    explicit pending_answer(const boost::asio::any_io_executor& here) : here_(here), bell_(here) {
        bell_.expires_at(std::chrono::steady_clock::time_point::max());
    }

    // One of these, once, from any thread.
    void give(T answer) {
        answer_.emplace(std::move(answer));
        ring();
    }
    void fail(std::exception_ptr why) {
        failure_ = std::move(why);
        ring();
    }

    // The thread of the coroutine alone. False: it was not given by then.
    boost::asio::awaitable<bool> wait(std::chrono::steady_clock::time_point until) {
        constexpr auto result_of_wait = boost::asio::as_tuple(boost::asio::use_awaitable);
        bell_.expires_at(until);
        while (!rung_ && std::chrono::steady_clock::now() < until) {
            co_await bell_.async_wait(result_of_wait);
        }
        co_return rung_;
    }
    // Once it was given; throws what was given in its place.
    T take() {
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        return *std::move(answer_);
    }

private:
    void ring() {
        boost::asio::post(here_, [self = this->shared_from_this()] {
            self->rung_ = true;
            self->bell_.cancel();
        });
    }

    boost::asio::any_io_executor here_;
    boost::asio::steady_timer bell_;  // rings, by being cancelled, when the answer is there
    bool rung_ = false;               // of the coroutine's thread
    std::optional<T> answer_;
    std::exception_ptr failure_;
};

}  // namespace billhook::api
