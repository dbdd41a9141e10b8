#pragma once

#include "ingest/server/admission.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

namespace billhook {

class connection;

// The connections of one thread's io_context, and the one timer that keeps all their deadlines. On
// that thread only. Connections share it, so it lives as long as the last of them.
class connections : public std::enable_shared_from_this<connections> {
public:
    explicit connections(boost::asio::io_context& io) : io_(io), tick_(io) {}

    [[nodiscard]] std::size_t count() const { return all_.size(); }
    [[nodiscard]] bool stopping() const { return stopping_; }
    // Connections that wait for a request are let go now, the others after the answer they are at.
    void stop();
    // Whatever a connection waits for on its socket fails now.
    void cut();

private:
    friend class connection;
    using list = std::list<connection*>;
    list::iterator add(connection& one);
    void remove(list::iterator at) { all_.erase(at); }
    boost::asio::awaitable<void> keep_deadlines();

    boost::asio::io_context& io_;
    boost::asio::steady_timer tick_;
    list all_;
    bool ticking_ = false;
    bool stopping_ = false;
};

// What a wait for a socket came to.
enum class waited : std::uint8_t {
    done,
    late,  // the deadline passed
    gone,  // the other side closed or broke the connection, or we are stopping
};

// One accepted socket and its buffer, which is a window: a body passes through it. Every wait ends
// by the deadline last set. One coroutine.
class connection {
public:
    connection(
        boost::asio::ip::tcp::socket socket,
        connection_slot slot,
        std::shared_ptr<connections> among,
        std::size_t buffer_limit
    );
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    // While `idle`, a stop ends the wait as well.
    void set_deadline(std::chrono::milliseconds from_now, bool idle = false);
    // Adds what has come to the buffer, which must have room; `large` if much is expected.
    boost::asio::awaitable<waited> read_some(bool large);
    // Sends all of it.
    boost::asio::awaitable<waited> write(std::string text);
    // After an answer that closes: tells the other side, then throws away what it still sends, so
    // that the answer is not lost in a reset.
    boost::asio::awaitable<void> close_gently(std::chrono::milliseconds within);

    [[nodiscard]] boost::beast::flat_buffer& buffer() { return buffer_; }
    [[nodiscard]] bool stopping() const { return among_->stopping(); }
    // Gives memory back that only a large request needed.
    void shrink();

private:
    friend class connections;
    [[nodiscard]] waited meaning_of(const boost::system::error_code& ec) const;

    boost::asio::ip::tcp::socket socket_;
    connection_slot slot_;
    std::shared_ptr<connections> among_;
    std::list<connection*>::iterator place_;
    boost::beast::flat_buffer buffer_;
    std::chrono::steady_clock::time_point deadline_;
    bool expired_ = false;
    bool idle_ = false;
};

}  // namespace billhook
