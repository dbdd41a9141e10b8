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
#include <fmt/format.h>
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
    honest_figures& figures;
    bool keeps;
    std::optional<tcp::socket> socket{};
};

struct answer {
    int status = 0;  // the connection ended before there was one
    bool says_when = false;
};

asio::awaitable<answer> exchange(client& me, const std::string& request) {
    if (!me.socket) {
        me.socket.emplace(me.io);
        const auto [failed] = co_await me.socket->async_connect(me.to.at, result_of_wait);
        if (failed) {
            co_return answer{};
        }
    }
    // Whoever refuses may answer before it was all sent.
    co_await asio::async_write(*me.socket, asio::buffer(request), result_of_wait);
    std::string head;
    auto into = asio::dynamic_buffer(head);
    const auto [ec, size] =
        co_await asio::async_read_until(*me.socket, into, "\r\n\r\n", result_of_wait);
    if (ec || head.size() < status_at + 3) {
        co_return answer{};
    }
    // The body is short and comes with the header.
    if (!me.keeps || head.find("Connection: close") != head.npos) {
        me.socket.reset();
    }
    answer heard;
    heard.status = std::stoi(head.substr(status_at, 3));
    heard.says_when = head.find("\r\nRetry-After: ") != head.npos;
    co_return heard;
}

// One try.
asio::awaitable<void> post(client& me, posted event) {
    const auto request = request_to(me.to, me.to.signature(event.body), event.body);
    const auto begun = steady::now();
    const bool was_open = me.socket.has_value();
    auto heard = co_await exchange(me, request);
    if (heard.status == 0 && was_open) {
        // A server may close a connection that waits; whoever posts then does it once more.
        me.socket.reset();
        heard = co_await exchange(me, request);
    }
    if (heard.status == 0) {
        me.socket.reset();
    }
    ++me.figures.sent;
    ++me.figures.by_status[heard.status];
    me.figures.busy_without_hint += heard.status == 503 && !heard.says_when ? 1 : 0;
    if (heard.status == 200) {
        me.figures.served_ids.push_back(std::move(event.id));
    } else {
        me.figures.unserved.push_back(std::move(event));
    }
    me.figures.took.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - begun)
    );
}

// An event of a type that nobody asked for: accepted, accounted for, and of no consequence.
posted event_of(const honest_plan& plan, std::size_t number, std::size_t count) {
    posted made{fmt::format("evt_{}x{}x{}", plan.name, number, count), {}};
    const auto size = count % 10 == 9 ? 10 * plan.body_bytes : plan.body_bytes;
    made.body = fmt::format(
        R"({{"id":"{}","object":"event","api_version":"2025-09-30.clover","created":1700000000,)"
        R"("livemode":false,"type":"load.posted","data":{{"object":{{"id":"load_1",)"
        R"("object":"load","text":"{}"}}}}}})",
        made.id,
        std::string(size, static_cast<char>('a' + count % 26))
    );
    return made;
}

asio::awaitable<void> post_again_and_again(client me, const honest_plan& plan, std::size_t number) {
    asio::steady_timer pause{me.io};
    const auto end = steady::now() + plan.how_long;
    pause.expires_after(plan.between * static_cast<int>(number) / static_cast<int>(plan.clients));
    co_await pause.async_wait(result_of_wait);
    for (std::size_t count = 0; steady::now() < end; ++count) {
        auto event = event_of(plan, number, count);
        co_await post(me, std::move(event));
        pause.expires_after(plan.between);
        co_await pause.async_wait(result_of_wait);
    }
}

asio::awaitable<void> post_each(client me, const std::vector<posted>& events) {
    for (const posted& each : events) {
        auto event = each;
        co_await post(me, std::move(event));
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
        client one{io, to, figures, i % 2 == 0};
        asio::co_spawn(io, post_again_and_again(std::move(one), plan, i), asio::detached);
    }
    io.run();
    std::sort(figures.took.begin(), figures.took.end());
    return figures;
}

honest_figures post_again(const target& to, const std::vector<posted>& events) {
    asio::io_context io;
    honest_figures figures;
    client one{io, to, figures, true};
    asio::co_spawn(io, post_each(std::move(one), events), asio::detached);
    io.run();
    std::sort(figures.took.begin(), figures.took.end());
    return figures;
}

}  // namespace billhook::testing
