#include "ingest/server/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace billhook {

namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;
using time_point = std::chrono::steady_clock::time_point;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds resolution{50};
constexpr std::size_t first_read = 16 * 1024;  // nearly every request is whole with it
constexpr std::size_t large_read = 64 * 1024;
constexpr std::size_t small_buffer = 8 * 1024;  // what an idle connection may keep: most events

}  // namespace

connections::connections(asio::io_context& io, const limits& bounds, admission& admitted)
    : io_(io), bounds_(bounds), admitted_(admitted), tick_(io), scratch_(large_read) {}

// Lives while there are connections.
asio::awaitable<void> connections::keep_deadlines() {
    const auto self = shared_from_this();
    while (count() != 0) {
        tick_.expires_after(resolution);
        co_await tick_.async_wait(result_of_wait);
        const auto now = std::chrono::steady_clock::now();
        for (auto* const one : waiting_) {
            look_at(*one, now);
        }
        for (auto* const one : busy_) {
            look_at(*one, now);
        }
    }
    ticking_ = false;
}

void connections::look_at(connection& one, time_point now) {
    if (!one.expired_ && (one.deadline_ <= now || one.is_starving(now))) {
        one.expired_ = true;
        one.interrupt();
    }
}

bool connections::let_longest_go(const client& whose) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto* one) {
        return !whose || one->slot_.whose() == whose;
    });
    if (found == waiting_.end()) {
        return false;
    }
    auto& one = **found;
    busy_.splice(busy_.end(), waiting_, found);  // not to be found again
    one.let_go_ = true;
    one.interrupt();
    return true;
}

void connections::stop() {
    stopping_ = true;
    for (auto* const one : waiting_) {
        if (one->phase_ == phase::idle) {
            one->interrupt();
        }
    }
}

void connections::cut() {
    stopping_ = true;
    const auto end = [](connection* one) {
        error_code ignored;
        one->socket_.close(ignored);
        one->interrupt();
    };
    std::for_each(waiting_.begin(), waiting_.end(), end);
    std::for_each(busy_.begin(), busy_.end(), end);
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
      place_(among_->waiting_.insert(among_->waiting_.end(), this)),
      buffer_(std::max(buffer_limit, large_read)),
      deadline_(time_point::max()) {
    error_code ec;
    peer_ = socket_.remote_endpoint(ec).address();
    socket_.non_blocking(true, ec);
    if (!among_->ticking_) {
        among_->ticking_ = true;
        asio::co_spawn(among_->io_, among_->keep_deadlines(), asio::detached);
    }
}

connection::~connection() {
    home(phase_).erase(place_);
}

// The list in which it stands in that phase.
std::list<connection*>& connection::home(phase of) const {
    const bool waits = !let_go_ && (of == phase::idle || of == phase::header);
    return waits ? among_->waiting_ : among_->busy_;
}

void connection::begin(phase what, const std::optional<unverified_claim>& held) {
    auto& into = home(what);
    into.splice(into.end(), home(phase_), place_);
    phase_ = what;
    held_ = held;
    span_begin_ = std::chrono::steady_clock::now();
    span_bytes_ = 0;
}

void connection::set_deadline(std::chrono::milliseconds from_now) {
    deadline_ = std::chrono::steady_clock::now() + from_now;
    expired_ = false;
}

void connection::interrupt() {
    error_code ignored;
    socket_.cancel(ignored);
    if (turn_) {
        turn_->give_up();
    }
}

bool connection::is_starving(time_point now) {
    if ((phase_ != phase::body && phase_ != phase::header) ||
        now - span_begin_ < among_->bounds_.short_span) {
        return false;
    }
    const bool hinders = held_ && among_->admitted_.unverified().hinders(*held_);
    if (!hinders && (phase_ == phase::header || now - span_begin_ < among_->bounds_.span)) {
        return false;
    }
    const auto span = hinders ? among_->bounds_.short_span : among_->bounds_.span;
    const auto least = among_->bounds_.least_rate * static_cast<std::size_t>(span.count()) / 1'000;
    // What has come and was not read yet is our slowness, not his.
    error_code ec;
    const bool starves = span_bytes_ < least && socket_.available(ec) == 0;
    span_begin_ = now;
    span_bytes_ = 0;
    return starves;
}

waited connection::meaning_of(const error_code& ec) const {
    if (!ec) {
        return waited::done;
    }
    return expired_ ? waited::late : waited::gone;
}

// As much as came, so that a connection holds no more than that.
error_code connection::keep(std::size_t room) {
    error_code ec;
    auto& scratch = among_->scratch_;
    const auto count =
        socket_.read_some(asio::buffer(scratch.data(), std::min(room, scratch.size())), ec);
    if (count != 0) {
        std::memcpy(buffer_.prepare(count).data(), scratch.data(), count);
        buffer_.commit(count);
        span_bytes_ += count;
    }
    return ec;
}

asio::awaitable<waited> connection::read_some() {
    const bool waits_first = phase_ == phase::idle;  // nothing is there yet, as a rule
    const auto most = phase_ == phase::body || phase_ == phase::answer ? large_read : first_read;
    const auto room = std::min(buffer_.max_size() - buffer_.size(), most);
    for (bool first = true;; first = false) {
        if (expired_) {
            co_return waited::late;
        }
        if (let_go_ || (phase_ == phase::idle && stopping())) {
            co_return waited::gone;
        }
        error_code ec = asio::error::would_block;
        if (!first || !waits_first) {
            ec = keep(room);
        }
        if (ec != asio::error::would_block) {
            co_return meaning_of(ec);
        }
        const auto [failed] =
            co_await socket_.async_wait(asio::ip::tcp::socket::wait_read, result_of_wait);
        if (failed) {
            co_return meaning_of(failed);
        }
    }
}

asio::awaitable<waited> connection::wait_for(std::shared_ptr<turn> mine) {
    turn_ = mine;
    bool in = false;
    if (!expired_ && !let_go_) {
        in = co_await mine->come(deadline_);
    }
    turn_.reset();
    if (in) {
        co_return waited::done;
    }
    const bool is_late = expired_ || std::chrono::steady_clock::now() >= deadline_;
    co_return is_late ? waited::late : waited::gone;
}

asio::awaitable<waited> connection::write(std::string text) {
    if (expired_) {
        co_return waited::late;
    }
    // Nearly always the kernel takes all of it at once.
    error_code ec;
    const auto at_once = socket_.write_some(asio::buffer(text), ec);
    if (ec == asio::error::would_block || (!ec && at_once < text.size())) {
        const auto rest = asio::buffer(text) + at_once;
        const auto [failed, count] = co_await asio::async_write(socket_, rest, result_of_wait);
        ec = failed;
    }
    co_return meaning_of(ec);
}

asio::awaitable<void> connection::close_gently(std::chrono::milliseconds within) {
    error_code ec;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    begin(phase::idle);
    set_deadline(within);
    while (!ec) {
        buffer_.consume(buffer_.size());
        if (co_await read_some() != waited::done) {
            break;
        }
    }
    socket_.close(ec);
}

void connection::shrink() {
    if (buffer_.size() == 0 && buffer_.capacity() > small_buffer) {
        buffer_.shrink_to_fit();
    }
}

}  // namespace billhook
