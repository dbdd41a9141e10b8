#pragma once

#include "ingest/server/connection.hpp"
#include "ingest/server/session.hpp"
#include "schemas/io/process/log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>

namespace billhook {

// An address cannot be listened at; `what()` is one line that names it.
struct cannot_listen : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Where nobody listens yet: throws cannot_listen if somebody does, also if that somebody would
// share the port. Ask once, before `listening_socket` is opened for each thread, since those share
// the port among themselves and would do so with a stranger. Port 0 is always free.
void require_free(const boost::asio::ip::tcp::endpoint& at);
// A socket that listens there, sharing the port (SO_REUSEPORT): the kernel spreads connections over
// all that do. Throws cannot_listen.
[[nodiscard]] boost::asio::ip::tcp::acceptor listening_socket(
    boost::asio::io_context& io,
    const boost::asio::ip::tcp::endpoint& at
);

// Accepts at one socket and serves what it accepted, on the thread that runs its io_context; there
// too everything but the constructor is called. Outlives its io_context's work: run that until it
// returns, after `stop`.
class listener {
public:
    listener(
        boost::asio::io_context& io,
        boost::asio::ip::tcp::acceptor at,
        const session_context& context,
        log& to
    );
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    void start();
    // In three steps: accepts no more and lets go who waits for nothing; lets the others have their
    // answers until `finish` is over; then cuts their sockets. Returns when no session is left,
    // which after the cut takes as long as the handler keeps them.
    boost::asio::awaitable<void> stop(std::chrono::milliseconds finish);

    [[nodiscard]] boost::asio::ip::tcp::endpoint address() const { return address_; }

private:
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> serve_one(
        boost::asio::ip::tcp::socket socket,
        connection_slot slot
    );
    [[nodiscard]] bool make_room(const client& whose);
    void take(boost::asio::ip::tcp::socket socket);

    boost::asio::io_context& io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ip::tcp::endpoint address_;
    session_context context_;
    log& lines_;
    std::shared_ptr<connections> connections_;
    bool stopped_ = false;
};

}  // namespace billhook
