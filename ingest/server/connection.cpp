#include "ingest/server/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace billhook {

namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds resolution{50};
constexpr std::size_t small_read = 8 * 1024;  // what an idle connection holds; most requests whole
constexpr std::size_t large_read = 16 * 1024;

}  // namespace

connections::list::iterator connections::add(connection& one) {
    const auto place = all_.insert(all_.end(), &one);
    if (!ticking_) {
        ticking_ = true;
        asio::co_spawn(io_, keep_deadlines(), asio::detached);
    }
    return place;
}

// Lives while there are connections.
asio::awaitable<void> connections::keep_deadlines() {
    const auto self = shared_from_this();
    while (!all_.empty()) {
        tick_.expires_after(resolution);
        co_await tick_.async_wait(result_of_wait);
        const auto now = std::chrono::steady_clock::now();
        for (auto* const one : all_) {
            if (!one->expired_ && one->deadline_ <= now) {
                one->expired_ = true;
                error_code ignored;
                one->socket_.cancel(ignored);
            }
        }
    }
    ticking_ = false;
}

void connections::stop() {
    stopping_ = true;
    for (auto* const one : all_) {
        if (one->idle_) {
            error_code ignored;
            one->socket_.cancel(ignored);
        }
    }
}

void connections::cut() {
    stopping_ = true;
    for (auto* const one : all_) {
        error_code ignored;
        one->socket_.close(ignored);
    }
}

connection::connection(
    asio::ip::tcp::socket socket,
    connection_slot slot,
    std::shared_ptr<connections> among,
    std::size_t buffer_limit
)
    : socket_(std::move(socket)),
      slot_(std::move(slot)),
      among_(std::move(among)),
      place_(among_->add(*this)),
      buffer_(std::max(buffer_limit, large_read)),
      deadline_(std::chrono::steady_clock::time_point::max()) {}

connection::~connection() {
    among_->remove(place_);
}

void connection::set_deadline(std::chrono::milliseconds from_now, bool idle) {
    deadline_ = std::chrono::steady_clock::now() + from_now;
    expired_ = false;
    idle_ = idle;
}

waited connection::meaning_of(const error_code& ec) const {
    if (!ec) {
        return waited::done;
    }
    return expired_ ? waited::late : waited::gone;
}

asio::awaitable<waited> connection::read_some(bool large) {
    if (expired_) {
        co_return waited::late;
    }
    if (idle_ && stopping()) {
        co_return waited::gone;
    }
    const auto room = buffer_.max_size() - buffer_.size();
    const auto space = buffer_.prepare(std::min(room, large ? large_read : small_read));
    const auto [ec, count] = co_await socket_.async_read_some(space, result_of_wait);
    buffer_.commit(count);
    co_return meaning_of(ec);
}

asio::awaitable<waited> connection::write(std::string text) {
    if (expired_) {
        co_return waited::late;
    }
    const auto bytes = asio::buffer(text);
    const auto [ec, count] = co_await asio::async_write(socket_, bytes, result_of_wait);
    co_return meaning_of(ec);
}

asio::awaitable<void> connection::close_gently(std::chrono::milliseconds within) {
    error_code ec;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    set_deadline(within, true);
    while (!ec) {
        buffer_.consume(buffer_.size());
        if (co_await read_some(true) != waited::done) {
            break;
        }
    }
    socket_.close(ec);
}

void connection::shrink() {
    if (buffer_.size() == 0 && buffer_.capacity() > small_read) {
        buffer_.shrink_to_fit();
    }
}

}  // namespace billhook
