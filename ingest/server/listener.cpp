#include "ingest/server/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace billhook {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);
constexpr int backlog = 4096;
constexpr std::chrono::milliseconds pause_after_failure{100};
constexpr std::chrono::milliseconds look_again{20};

[[noreturn]] void fail(const tcp::endpoint& at, const error_code& ec) {
    const auto place = at.address().to_string() + ", port " + std::to_string(at.port());
    if (ec == asio::error::address_in_use) {
        throw cannot_listen{place + ": the port is taken; stop who has it or choose another"};
    }
    throw cannot_listen{place + ": cannot listen there: " + ec.message()};
}

void bind(tcp::acceptor& acceptor, const tcp::endpoint& at, bool shared) {
    error_code ec;
    acceptor.open(at.protocol(), ec);
    if (!ec) {
        acceptor.set_option(tcp::acceptor::reuse_address{true}, ec);
    }
    if (!ec && shared) {
        acceptor.set_option(reuse_port{true}, ec);
    }
    if (!ec) {
        acceptor.bind(at, ec);
    }
    if (!ec) {
        acceptor.listen(backlog, ec);
    }
    if (ec) {
        fail(at, ec);
    }
}

}  // namespace

void require_free(const tcp::endpoint& at) {
    asio::io_context io;
    tcp::acceptor probe{io};
    bind(probe, at, false);
}

tcp::acceptor listening_socket(asio::io_context& io, const tcp::endpoint& at) {
    tcp::acceptor acceptor{io};
    bind(acceptor, at, true);
    return acceptor;
}

listener::listener(asio::io_context& io, tcp::acceptor at, const session_context& context, log& to)
    : io_(io),
      acceptor_(std::move(at)),
      address_(acceptor_.local_endpoint()),
      context_(context),
      lines_(to),
      connections_(std::make_shared<connections>(io, context_.bounds, context_.admitted)) {}

void listener::start() {
    asio::co_spawn(io_, accept(), asio::detached);
}

asio::awaitable<void> listener::accept() {
    asio::steady_timer pause{io_};
    while (!stopped_) {
        auto [ec, socket] = co_await acceptor_.async_accept(result_of_wait);
        if (!ec) {
            take(std::move(socket));
        } else if (!stopped_ && ec != asio::error::connection_aborted) {
            // Out of descriptors, most likely: the waiting ones stay in the kernel's queue.
            pause.expires_after(pause_after_failure);
            co_await pause.async_wait(result_of_wait);
        }
    }
}

// When it is full, who has waited longest for a request gives way, on this thread: the kernel
// spreads connections evenly over them.
bool listener::make_room(const client& whose) {
    switch (context_.admitted.room_for(whose)) {
        case room::some:
            return true;
        case room::none_for_client:
            return connections_->let_longest_go(whose);
        case room::none:
            return connections_->let_longest_go(std::nullopt);
    }
    return false;
}

void listener::take(tcp::socket socket) {
    error_code ec;
    const auto from = socket.remote_endpoint(ec);
    if (ec || stopped_) {
        return;
    }
    const auto whose = context_.proxies.client_of(from.address());
    if (!make_room(whose)) {
        context_.counted.refused.add();
        return;
    }
    auto slot = context_.admitted.connect(whose);
    context_.counted.accepted.add();
    socket.set_option(tcp::no_delay{true}, ec);
    asio::co_spawn(io_, serve_one(std::move(socket), std::move(slot)), asio::detached);
}

asio::awaitable<void> listener::serve_one(tcp::socket socket, connection_slot slot) {
    const auto limit = context_.bounds.header_bytes;
    connection with{std::move(socket), std::move(slot), connections_, limit};
    try {
        co_await serve(with, context_);
    } catch (const std::exception& failure) {
        context_.counted.failed.add();
        lines_.error("a connection failed", "failure"_is(failure.what()));
    }
}

asio::awaitable<void> listener::stop(std::chrono::milliseconds finish) {
    stopped_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    connections_->stop();
    asio::steady_timer pause{io_};
    const auto until = std::chrono::steady_clock::now() + finish;
    bool cut = false;
    while (connections_->count() != 0) {
        if (!cut && std::chrono::steady_clock::now() >= until) {
            cut = true;
            connections_->cut();
        }
        pause.expires_after(look_again);
        co_await pause.async_wait(result_of_wait);
    }
}

}  // namespace billhook
