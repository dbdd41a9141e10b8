#include "tests/loads/honest.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace billhook::testing {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using steady = std::chrono::steady_clock;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t status_at = 9;  // "HTTP/1.1 200"

struct client {
    asio::io_context& io;
    const target& to;
    const honest_plan& plan;
    honest_figures& figures;
    bool keeps;
    std::optional<tcp::socket> socket{};
};

// The status; 0 if the connection ended before there was one.
asio::awaitable<int> exchange(client& me, const std::string& request) {
    if (!me.socket) {
        me.socket.emplace(me.io);
        const auto [failed] = co_await me.socket->async_connect(me.to.at, result_of_wait);
        if (failed) {
            co_return 0;
        }
    }
    // Whoever refuses may answer before it was all sent.
    co_await asio::async_write(*me.socket, asio::buffer(request), result_of_wait);
    std::string answer;
    auto into = asio::dynamic_buffer(answer);
    const auto [ec, size] =
        co_await asio::async_read_until(*me.socket, into, "\r\n\r\n", result_of_wait);
    if (ec || answer.size() < status_at + 3) {
        co_return 0;
    }
    // The body is short and comes with the header.
    if (!me.keeps || answer.find("Connection: close") != answer.npos) {
        me.socket.reset();
    }
    co_return std::stoi(answer.substr(status_at, 3));
}

asio::awaitable<void> post_again_and_again(client me, std::size_t number) {
    asio::steady_timer pause{me.io};
    const auto end = steady::now() + me.plan.how_long;
    pause.expires_after(
        me.plan.between * static_cast<int>(number) / static_cast<int>(me.plan.clients)
    );
    co_await pause.async_wait(result_of_wait);
    for (std::size_t count = 0; steady::now() < end; ++count) {
        const auto size = count % 10 == 9 ? 10 * me.plan.body_bytes : me.plan.body_bytes;
        const std::string body(size, static_cast<char>('a' + count % 26));
        const auto request = request_to(me.to, me.to.signature(body), body);
        const auto begun = steady::now();
        const bool was_open = me.socket.has_value();
        auto status = co_await exchange(me, request);
        if (status == 0 && was_open) {
            // A server may close a connection that waits; whoever posts then does it once more.
            me.socket.reset();
            status = co_await exchange(me, request);
        }
        if (status == 0) {
            me.socket.reset();
        }
        ++me.figures.sent;
        ++me.figures.by_status[status];
        me.figures.took.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - begun)
        );
        pause.expires_after(me.plan.between);
        co_await pause.async_wait(result_of_wait);
    }
}

}  // namespace

std::string request_to(const target& to, std::string_view signature, std::string_view body) {
    std::string made = "POST " + to.path + " HTTP/1.1\r\nHost: gateway\r\nContent-Length: ";
    made += std::to_string(body.size()) + "\r\nStripe-Signature: ";
    made.append(signature).append("\r\n\r\n").append(body);
    return made;
}

std::size_t honest_figures::served() const {
    const auto found = by_status.find(200);
    return found == by_status.end() ? 0 : found->second;
}

std::chrono::microseconds honest_figures::quantile(std::size_t of_thousand) const {
    if (took.empty()) {
        return {};
    }
    return took[std::min(took.size() - 1, took.size() * of_thousand / 1'000)];
}

honest_figures post_honestly(const target& to, const honest_plan& plan) {
    asio::io_context io;
    honest_figures figures;
    for (std::size_t i = 0; i < plan.clients; ++i) {
        client one{io, to, plan, figures, i % 2 == 0};
        asio::co_spawn(io, post_again_and_again(std::move(one), i), asio::detached);
    }
    io.run();
    std::sort(figures.took.begin(), figures.took.end());
    return figures;
}

}  // namespace billhook::testing
