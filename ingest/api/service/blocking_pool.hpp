#pragma once

#include "ingest/api/service/backends.hpp"
#include "ingest/api/service/pending_answer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
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
    ~blocking_pool() { end(); }
    blocking_pool(const blocking_pool&) = delete;
    blocking_pool& operator=(const blocking_pool&) = delete;

    // False: as many wait already as may. `what` must not throw.
    [[nodiscard]] bool submit(work what);
    // Does what was begun, and nothing else any more. For whoever owns what the answers go to.
    void end();
    // What Postgres was asked before, and has not answered, is given up (standing_store.hpp);
    // whether there was any.
    bool give_up(std::chrono::steady_clock::time_point asked_before);
    // Whether anything waits: for work that could go on, and then lets it pass.
    [[nodiscard]] bool is_awaited();

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
// Nothing if too many wait already; throws what the question threw, and store_overdue if it was not
// answered by then.
template <class T>
boost::asio::awaitable<std::optional<T>> ask(
    blocking_pool& pool,
    std::function<T(backends&)> question,
    std::chrono::steady_clock::time_point until
) {
    const auto here = co_await boost::asio::this_coro::executor;
    const auto mine = std::make_shared<pending_answer<T>>(here);
    blocking_pool::work what = [mine, question = std::move(question)](backends& with) {
        try {
            mine->give(question(with));
        } catch (...) {
            mine->fail(std::current_exception());
        }
    };
    const bool taken = pool.submit(std::move(what));
    if (!taken) {
        co_return std::nullopt;
    }
    const bool given = co_await mine->wait(until);
    if (!given) {
        throw store_overdue("no answer in time");
    }
    co_return mine->take();
}

}  // namespace billhook::api
