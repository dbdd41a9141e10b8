#include "schemas/io/process/admin_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <list>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace billhook {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;
using response = http::response<http::string_body>;
using request = http::request_parser<http::empty_body>;
using namespace std::chrono_literals;

constexpr auto reports = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t header_limit = 8 * 1024;
constexpr std::size_t connections_limit = 64;
constexpr auto connection_deadline = 2s;

asio::ip::address address_of(const std::string& host) {
    error_code failed;
    auto found = asio::ip::make_address(host, failed);
    if (failed) {
        throw std::system_error(
            std::make_error_code(std::errc::invalid_argument), "not an address: " + host
        );
    }
    return found;
}

tcp::acceptor listen_on(asio::io_context& io, const listen_address& where) {
    const tcp::endpoint at(address_of(where.host), where.port);
    try {
        return tcp::acceptor(io, at);  // with SO_REUSEADDR
    } catch (const boost::system::system_error& failed) {
        throw std::system_error(
            failed.code().value(),
            std::generic_category(),
            "listening on " + where.host + " port " + std::to_string(where.port)
        );
    }
}

// Host without its port is an address or `localhost`. None at all is HTTP/1.0.
bool names_an_address(std::string_view host) {
    if (host.starts_with('[')) {
        host = host.substr(1, host.find(']') - 1);
    } else {
        host = host.substr(0, host.find(':'));
    }
    error_code no_address;
    static_cast<void>(asio::ip::make_address(host, no_address));
    return host.empty() || !no_address || beast::iequals(host, "localhost");
}

response plain(http::status status, std::string_view body) {
    response made(status, 11);
    made.set(http::field::content_type, "text/plain; charset=utf-8");
    made.body() = body;
    return made;
}

// What a request that could not be read is told; nothing if the peer is too slow or gone.
std::optional<response> answer_to_unreadable(const error_code& why) {
    if (why == http::error::header_limit || why == http::error::buffer_overflow) {
        return plain(http::status::request_header_fields_too_large, "header too large\n");
    }
    if (why == http::error::end_of_stream || why == http::error::partial_message ||
        why.category() != http::make_error_code(http::error::bad_method).category()) {
        return std::nullopt;
    }
    return plain(http::status::bad_request, "bad request\n");
}

}  // namespace

class admin_server::listener {
public:
    listener(const listen_address& where, routes answers)
        : answers_(std::move(answers)),
          acceptor_(listen_on(io_, where)),
          is_local_(acceptor_.local_endpoint().address().is_loopback()),
          port_(acceptor_.local_endpoint().port()) {
        asio::co_spawn(io_, accept(), asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~listener() {
        io_.stop();
        thread_.join();
    }
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] bool is_local() const noexcept { return is_local_; }

private:
    using connections = std::list<std::shared_ptr<beast::tcp_stream>>;

    asio::awaitable<void> accept();
    asio::awaitable<void> serve(std::shared_ptr<beast::tcp_stream> with);
    [[nodiscard]] response answer_to(const request::value_type& asked) const;

    routes answers_;
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
    bool is_local_;
    std::uint16_t port_;
    connections open_;  // the oldest first
    std::thread thread_;
};

asio::awaitable<void> admin_server::listener::accept() {
    asio::steady_timer pause(io_);
    for (;;) {
        auto [failed, socket] = co_await acceptor_.async_accept(reports);
        if (failed) {
            // Too many files: the waiting connection would be told at once again.
            pause.expires_after(100ms);
            co_await pause.async_wait(reports);
            continue;
        }
        if (open_.size() == connections_limit) {
            open_.front()->close();
            open_.pop_front();
        }
        auto made = std::make_shared<beast::tcp_stream>(std::move(socket));
        open_.push_back(made);
        asio::co_spawn(io_, serve(std::move(made)), asio::detached);
    }
}

asio::awaitable<void> admin_server::listener::serve(std::shared_ptr<beast::tcp_stream> with) {
    with->expires_after(connection_deadline);
    beast::flat_buffer read(header_limit);
    request asked;
    asked.header_limit(header_limit);
    const auto [unread, header] = co_await http::async_read_header(*with, read, asked, reports);
    auto answer = unread ? answer_to_unreadable(unread) : answer_to(asked.get());
    if (answer) {
        answer->set(http::field::cache_control, "no-store");
        answer->set("X-Content-Type-Options", "nosniff");
        answer->keep_alive(false);
        answer->prepare_payload();
        const auto [unwritten, written] = co_await http::async_write(*with, *answer, reports);
        // Until the peer has read it: closing with unread input would reset the connection.
        error_code ignored;
        with->socket().shutdown(tcp::socket::shutdown_send, ignored);
        std::array<char, 512> rest{};
        auto gone = unwritten;
        while (!gone) {
            const auto [ended, size] = co_await with->async_read_some(asio::buffer(rest), reports);
            gone = ended;
        }
    }
    open_.remove(with);
}

response admin_server::listener::answer_to(const request::value_type& asked) const {
    if (is_local_ && !names_an_address(asked[http::field::host])) {
        return plain(http::status::misdirected_request, "ask for localhost or an address\n");
    }
    const auto found = answers_.find(std::string_view(asked.target()));
    if (found == answers_.end()) {
        return plain(http::status::not_found, "not found\n");
    }
    if (asked.method() != http::verb::get) {
        auto refused = plain(http::status::method_not_allowed, "method not allowed\n");
        refused.set(http::field::allow, "GET");
        return refused;
    }
    try {
        auto reply = found->second();
        auto made = plain(static_cast<http::status>(reply.status), reply.body);
        made.set(http::field::content_type, reply.content_type);
        return made;
    } catch (const std::exception&) {
        return plain(http::status::service_unavailable, "unavailable\n");
    }
}

admin_server::admin_server(const listen_address& where, routes answers, log& to)
    : listener_(std::make_unique<listener>(where, std::move(answers))) {
    if (!listener_->is_local()) {
        to.warning(
            "metrics are for all who reach this address: keep it inside your network",
            "admin_listen"_is(where.host)
        );
    }
}

admin_server::~admin_server() = default;

std::uint16_t admin_server::port() const noexcept {
    return listener_->port();
}

admin_server::routes usual_routes(const metrics& numbers, std::function<bool()> ready) {
    admin_server::routes answers;
    answers["/metrics"] = [&numbers] {
        return admin_reply{
            .status = 200,
            .body = numbers.exposition(),
            .content_type = std::string{metrics::content_type}};
    };
    answers["/healthz"] = [] { return admin_reply{.status = 200, .body = "alive\n"}; };
    answers["/readyz"] = [ready = std::move(ready)] {
        return ready() ? admin_reply{.status = 200, .body = "ready\n"}
                       : admin_reply{.status = 503, .body = "not ready\n"};
    };
    return answers;
}

}  // namespace billhook
