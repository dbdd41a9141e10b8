#pragma once

#include "ingest/api/service/backends.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace billhook::api {

// The threads that may block, each with backends of its own, which it makes itself. What is asked
// of them waits in one queue, of a bounded length. Any thread.
class blocking_pool {
public:
    using work = std::function<void(backends&)>;

    blocking_pool(
        std::size_t threads,
        std::size_t waiting,
        const std::function<std::unique_ptr<backends>()>& make
    );
    // Does what still waits, then ends.
    ~blocking_pool();
    blocking_pool(const blocking_pool&) = delete;
    blocking_pool& operator=(const blocking_pool&) = delete;

    // False: as many wait already as may. `what` must not throw.
    [[nodiscard]] bool submit(work what);

private:
    void serve(backends& with);

    std::size_t waiting_;
    std::mutex guard_;  // of the two below
    std::deque<work> queue_;
    bool ending_ = false;
    std::condition_variable wake_;
    std::vector<std::unique_ptr<backends>> backends_;
    std::vector<std::thread> threads_;
};

// Asks on a thread of the pool and goes on where the caller is, an io_context of one thread.
// Nothing if too many wait already; throws what the question threw.
template <class T>
boost::asio::awaitable<std::optional<T>> ask(
    blocking_pool& pool,
    std::function<T(backends&)> question
) {
    struct pending {
        explicit pending(const boost::asio::any_io_executor& on) : bell(on) {}
        boost::asio::steady_timer bell;  // rings, by being cancelled, when the answer is there
        bool rung = false;
        std::optional<T> answer;
        std::exception_ptr failure;
    };
    const auto here = co_await boost::asio::this_coro::executor;
    const auto mine = std::make_shared<pending>(here);
    mine->bell.expires_at(std::chrono::steady_clock::time_point::max());
    blocking_pool::work what = [mine, here, question = std::move(question)](backends& with) {
        try {
            mine->answer.emplace(question(with));
        } catch (...) {
            mine->failure = std::current_exception();
        }
        boost::asio::post(here, [mine] {
            mine->rung = true;
            mine->bell.cancel();
        });
    };
    const bool taken = pool.submit(std::move(what));
    if (!taken) {
        co_return std::nullopt;
    }
    constexpr auto result_of_wait = boost::asio::as_tuple(boost::asio::use_awaitable);
    while (!mine->rung) {
        co_await mine->bell.async_wait(result_of_wait);
    }
    if (mine->failure) {
        std::rethrow_exception(mine->failure);
    }
    co_return std::move(mine->answer);
}

}  // namespace billhook::api
