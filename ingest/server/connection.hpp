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
#include <optional>
#include <string>
#include <vector>

namespace billhook {

class connection;

// The connections of one thread's io_context, and the one timer that keeps all their deadlines. On
// that thread only. Connections share it, so it lives as long as the last of them.
class connections : public std::enable_shared_from_this<connections> {
public:
    connections(boost::asio::io_context& io, const limits& bounds, admission& admitted);

    [[nodiscard]] std::size_t count() const { return waiting_.size() + busy_.size(); }
    [[nodiscard]] bool stopping() const { return stopping_; }
    // Ends the connection that has waited longest for a request, of that client if it is given.
    // False if none waits for one.
    bool let_longest_go(const client& whose);
    // Connections that wait for a request are let go now, the others after the answer they are at.
    void stop();
    // Whatever a connection waits for fails now.
    void cut();

private:
    friend class connection;
    using list = std::list<connection*>;
    boost::asio::awaitable<void> keep_deadlines();
    void look_at(connection& one, std::chrono::steady_clock::time_point now);

    boost::asio::io_context& io_;
    const limits& bounds_;
    admission& admitted_;
    boost::asio::steady_timer tick_;
    list waiting_;  // for a request's header to be whole; who began first stands first
    list busy_;
    std::vector<char> scratch_;  // what a read fills, before as much as came is kept
    bool ticking_ = false;
    bool stopping_ = false;
};

// What a wait for a socket came to.
enum class waited : std::uint8_t {
    done,
    late,  // the deadline passed, or too little came in a span
    gone,  // the other side closed or broke the connection, or we are stopping or need its place
};

// What a connection is at. In `body` it must bring bytes at the least rate; in `header` too while
// others wait for what it holds.
enum class phase : std::uint8_t { idle, header, in_line, body, answer };

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

    // With what it holds meanwhile, if that is unverified.
    void begin(phase what, const std::optional<unverified_claim>& held = std::nullopt);
    void set_deadline(std::chrono::milliseconds from_now);
    // Adds what has come to the buffer, which must have room.
    boost::asio::awaitable<waited> read_some();
    boost::asio::awaitable<waited> wait_for(std::shared_ptr<turn> mine);
    // Sends all of it.
    boost::asio::awaitable<waited> write(std::string text);
    // After an answer that closes: tells the other side, then throws away what it still sends, so
    // that the answer is not lost in a reset.
    boost::asio::awaitable<void> close_gently(std::chrono::milliseconds within);

    [[nodiscard]] boost::beast::flat_buffer& buffer() { return buffer_; }
    [[nodiscard]] boost::asio::ip::address peer() const { return peer_; }
    [[nodiscard]] boost::asio::any_io_executor executor() { return socket_.get_executor(); }
    [[nodiscard]] bool stopping() const { return among_->stopping(); }
    // Gives memory back that only a large request needed.
    void shrink();

private:
    friend class connections;
    [[nodiscard]] waited meaning_of(const boost::system::error_code& ec) const;
    [[nodiscard]] boost::system::error_code keep(std::size_t room);
    [[nodiscard]] bool is_starving(std::chrono::steady_clock::time_point now);
    [[nodiscard]] std::list<connection*>& home(phase of) const;
    void interrupt();

    boost::asio::ip::tcp::socket socket_;
    boost::asio::ip::address peer_;
    connection_slot slot_;
    std::shared_ptr<connections> among_;
    std::list<connection*>::iterator place_;
    boost::beast::flat_buffer buffer_;
    std::shared_ptr<turn> turn_;  // what it waits for, if that is not its socket
    std::chrono::steady_clock::time_point deadline_;
    std::chrono::steady_clock::time_point span_begin_;
    std::size_t span_bytes_ = 0;
    phase phase_ = phase::idle;
    std::optional<unverified_claim> held_;
    bool expired_ = false;
    bool let_go_ = false;
};

}  // namespace billhook
