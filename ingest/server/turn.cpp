#include "ingest/server/turn.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace billhook {

namespace asio = boost::asio;

void turn::let_in() {
    in_ = true;
    asio::post(bell_.get_executor(), [self = shared_from_this()] { self->bell_.cancel(); });
}

void turn::give_up() {
    given_up_ = true;
    bell_.cancel();
}

asio::awaitable<bool> turn::come(std::chrono::steady_clock::time_point by) {
    const auto self = shared_from_this();
    bell_.expires_at(by);
    while (!in_ && !given_up_) {
        const auto [ec] = co_await bell_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!ec) {
            break;  // the deadline
        }
    }
    co_return in_;
}

}  // namespace billhook
