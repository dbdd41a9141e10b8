#include "tests/loads/attack.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace billhook::testing {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t mebibyte = 1'048'576;

}  // namespace

struct attacker {
    asio::io_context& io;
    const target& to;
    attack_figures& figures;
    std::optional<asio::ip::address> from;
    tcp::socket socket{io};

    asio::awaitable<bool> connect() {
        boost::system::error_code ignored;
        socket.close(ignored);
        socket = tcp::socket{io};
        socket.open(tcp::v4(), ignored);
        if (from) {
            socket.bind({*from, 0}, ignored);
        }
        const auto [ec] = co_await socket.async_connect(to.at, result_of_wait);
        figures.connections += ec ? 0 : 1;
        co_return !ec;
    }
    asio::awaitable<bool> send(std::string bytes) {
        const auto [ec, count] =
            co_await asio::async_write(socket, asio::buffer(bytes), result_of_wait);
        co_return !ec;
    }
    asio::awaitable<void> sleep(std::chrono::milliseconds how_long) {
        asio::steady_timer pause{io, how_long};
        co_await pause.async_wait(result_of_wait);
    }
    // The next answer, or the end.
    asio::awaitable<void> hear() {
        std::string answer;
        auto into = asio::dynamic_buffer(answer);
        const auto [ec, size] =
            co_await asio::async_read_until(socket, into, "\r\n\r\n", result_of_wait);
        if (ec) {
            ++figures.refused;
        } else {
            const auto status = answer.substr(9, 3);
            ++(status == "200" ? figures.served : status == "503" ? figures.busy : figures.other);
        }
    }
    [[nodiscard]] std::string forged(std::size_t bytes) const {
        return request_to(to, to.signature("another"), std::string(bytes, 'x'));
    }
};

namespace {

asio::awaitable<void> lack_a_byte(attacker& me, std::size_t body_bytes) {
    const bool connected = co_await me.connect();
    if (connected) {
        auto request = me.forged(body_bytes);
        request.pop_back();
        co_await me.send(std::move(request));
        co_await me.hear();
    }
}

asio::awaitable<void> starve(attacker& me) {
    return lack_a_byte(me, mebibyte);
}

asio::awaitable<void> nibble(attacker& me) {
    return lack_a_byte(me, 60'000);
}

asio::awaitable<void> hold(attacker& me) {
    std::string request = "POST " + me.to.path + " HTTP/1.1\r\nHost: gateway\r\nX-Long: ";
    request.append(7'000, 'x');
    const bool connected = co_await me.connect();
    if (connected) {
        co_await me.send(std::move(request));
        co_await me.hear();
    }
}

asio::awaitable<void> idle(attacker& me) {
    const bool connected = co_await me.connect();
    if (connected) {
        co_await me.hear();
    }
}

asio::awaitable<void> slow(attacker& me) {
    const bool connected = co_await me.connect();
    if (!connected) {
        co_return;
    }
    const auto request = me.forged(mebibyte);
    const auto until = request.find("\r\n\r\n") + 64;
    for (std::size_t at = 0; at < until; ++at) {
        std::string one(1, request[at]);
        const bool sent = co_await me.send(std::move(one));
        if (!sent) {
            break;
        }
        co_await me.sleep(100ms);
    }
    co_await me.hear();
}

// Signed, as whoever overheard one event could send it again and again.
asio::awaitable<void> never_read(attacker& me) {
    const std::string body = R"({"id":"evt_1","object":"event"})";
    std::string many;
    for (int i = 0; i < 100; ++i) {
        many += request_to(me.to, me.to.signature(body), body);
    }
    const bool connected = co_await me.connect();
    if (!connected) {
        co_return;
    }
    for (bool sent = true; sent;) {
        auto bytes = many;
        sent = co_await me.send(std::move(bytes));
        co_await me.sleep(20ms);
    }
}

asio::awaitable<void> churn(attacker& me) {
    co_await me.connect();
}

asio::awaitable<void> full(attacker& me) {
    auto request = me.forged(mebibyte);
    const bool connected = co_await me.connect();
    if (connected) {
        co_await me.send(std::move(request));
        co_await me.hear();
    }
}

asio::awaitable<void> big(attacker& me) {
    const bool connected = co_await me.connect();
    if (connected) {
        const std::string body(mebibyte, 'x');
        auto request = request_to(me.to, me.to.signature(body), body);
        co_await me.send(std::move(request));
        co_await me.hear();
    }
}

asio::awaitable<void> again_and_again(attacker me, const load& what) {
    for (;;) {
        co_await what.once(me);
        co_await me.sleep(1ms);
    }
}

}  // namespace

const std::array<load, 9>& all_loads() {
    static const std::array<load, 9> all{
        {{"starve", "unsigned bodies of 1 MiB that lack their last byte", 40, starve},
         {"nibble", "the same of 60 KB", 200, nibble},
         {"hold", "headers of 7 KiB that never end", 3'500, hold},
         {"idle", "connections that say nothing", 5'000, idle},
         {"slow", "a byte every tenth of a second", 1'000, slow},
         {"never-reads", "signed requests whose answers are not taken", 50, never_read},
         {"churn", "connections that are closed at once", 64, churn},
         {"full", "whole unsigned bodies of 1 MiB as fast as they go", 4, full},
         {"big", "signed bodies of 1 MiB", 96, big}}
    };
    return all;
}

attack::attack(const target& to, const load& what, std::size_t clients, std::size_t addresses) {
    for (std::size_t i = 0; i < clients; ++i) {
        std::optional<asio::ip::address> from;
        if (addresses != 0) {
            const auto number = static_cast<asio::ip::address_v4::uint_type>(i % addresses);
            from = asio::ip::address_v4{0x7f010001u + number};
        }
        attacker one{io_, to, figures_, from};
        asio::co_spawn(io_, again_and_again(std::move(one), what), asio::detached);
    }
    thread_ = std::thread{[this] { io_.run(); }};
}

attack::~attack() {
    io_.stop();
    thread_.join();
}

}  // namespace billhook::testing
