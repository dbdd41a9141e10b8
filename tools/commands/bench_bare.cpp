#include "tools/commands/bench_bare.hpp"

#include "tools/simulator/signature.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace billhook {

namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr auto result_of_io = asio::as_tuple(asio::use_awaitable);

// "t=1700000000,v1=..." as the bench's own posts have it.
bool is_signed(const beast_http::request<beast_http::string_body>& told, const secret& key) {
    const auto field = told["Stripe-Signature"];
    const std::string_view said(field.data(), field.size());
    std::int64_t seconds = 0;
    if (said.size() < 3) {
        return false;
    }
    std::from_chars(said.data() + 2, said.data() + said.size(), seconds);
    return simulator::signature_header(told.body(), key, from_unix_seconds(seconds)) == said;
}

asio::awaitable<void> answer_all(tcp::socket with, const bare_reply& what) {
    boost::beast::flat_buffer buffer;
    for (;;) {
        beast_http::request<beast_http::string_body> told;
        const auto [unread, read] =
            co_await beast_http::async_read(with, buffer, told, result_of_io);
        if (unread) {
            co_return;
        }
        beast_http::response<beast_http::string_body> answer(beast_http::status::ok, 11);
        if (what.key && !is_signed(told, *what.key)) {
            answer.result(beast_http::status::bad_request);
        }
        answer.body() = what.body;
        answer.prepare_payload();
        const auto [unsent, sent] = co_await beast_http::async_write(with, answer, result_of_io);
        if (unsent) {
            co_return;
        }
    }
}

asio::awaitable<void> accept_all(tcp::acceptor& from, const bare_reply& what) {
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        auto [failed, with] = co_await from.async_accept(result_of_io);
        if (!failed) {
            with.set_option(tcp::no_delay(true));
            asio::co_spawn(executor, answer_all(std::move(with), what), asio::detached);
        }
    }
}

}  // namespace

bare_server::bare_server(const bare_reply& what) {
    asio::io_context io(1);
    tcp::acceptor from(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    address_ = from.local_endpoint();
    const auto parent = ::getpid();
    io.notify_fork(asio::execution_context::fork_prepare);
    process_ = ::fork();
    if (process_ < 0) {
        throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (process_ > 0) {
        io.notify_fork(asio::execution_context::fork_parent);
        return;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == parent) {
        io.notify_fork(asio::execution_context::fork_child);
        asio::co_spawn(io, accept_all(from, what), asio::detached);
        io.run();
    }
    ::_exit(1);
}

bare_server::~bare_server() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

}  // namespace billhook
