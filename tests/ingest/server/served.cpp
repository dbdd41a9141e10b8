#include "tests/ingest/server/served.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <future>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace billhook::testing {

namespace {

namespace asio = boost::asio;

constexpr const char* test_secret = "whsec_test_secret_of_the_raw_table";
constexpr std::chrono::milliseconds patience{5'000};

std::vector<endpoint> endpoints() {
    endpoint main;
    main.name = "main";
    main.path = test_path;
    main.mode = endpoint_mode::test;
    main.secrets.push_back({"first", signing_key{secret{test_secret}}, std::nullopt});
    std::vector<endpoint> all;
    all.push_back(std::move(main));
    return all;
}

asio::ip::tcp::endpoint loopback() {
    return {asio::ip::make_address("127.0.0.1"), 0};
}

}  // namespace

asio::awaitable<delivery> memory_log::append(
    record what,
    [[maybe_unused]] reservation held,
    std::chrono::milliseconds deadline
) {
    if (fail) {
        throw std::runtime_error{"the log of record failed"};
    }
    {
        const std::scoped_lock lock{guard_};
        records_.push_back(std::move(what));
    }
    if (hold) {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor, deadline};
        co_await timer.async_wait(asio::use_awaitable);
        co_return delivery::unknown;
    }
    co_return answer;
}

std::vector<record> memory_log::records() const {
    const std::scoped_lock lock{guard_};
    return records_;
}

std::size_t memory_log::count() const {
    const std::scoped_lock lock{guard_};
    return records_.size();
}

std::string signature_of(std::string_view body) {
    static const signing_key key{secret{test_secret}};
    std::string text = "t=1700000000,v1=";
    for (const auto byte : key.sign("1700000000", body)) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

served::served(const limits& bounds)
    : bounds_(bounds),
      admitted_(bounds_),
      server_metrics_(metrics_, "webhook"),
      gateway_metrics_(metrics_, endpoints()),
      log_("ingest", log_level::info, log_format::text, lines_),
      handler_(
          endpoints(),
          log_of_record,
          gateway_metrics_,
          clock_,
          std::chrono::milliseconds{300}
      ),
      listener_(
          io_,
          listening_socket(io_, loopback()),
          session_context{bounds_, admitted_, handler_, server_metrics_, clock_},
          log_
      ),
      port_(listener_.address().port()) {
    listener_.start();
    thread_ = std::thread{[this] { io_.run(); }};
}

served::~served() {
    stop(std::chrono::milliseconds{0});
}

void served::stop(std::chrono::milliseconds finish) {
    if (stopped_) {
        return;
    }
    stopped_ = true;
    asio::co_spawn(io_, listener_.stop(finish), asio::detached);
    thread_.join();
}

raw_client::raw_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
        ::close(socket_);
        throw std::runtime_error{"cannot connect"};
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

raw_client::~raw_client() {
    ::close(socket_);
}

void raw_client::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void raw_client::finish_sending() const {
    ::shutdown(socket_, SHUT_WR);
}

bool raw_client::fill(std::chrono::milliseconds within) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(within.count())) <= 0) {
        return false;
    }
    char bytes[4096];
    const auto got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) {
        return false;
    }
    pending_.append(bytes, static_cast<std::size_t>(got));
    return true;
}

raw_client::reply raw_client::receive_head() {
    reply next;
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill(patience)) {
            return next;
        }
    }
    next.head = pending_.substr(0, end + 4);
    next.status = std::stoi(next.head.substr(9, 3));
    pending_.erase(0, end + 4);
    return next;
}

raw_client::reply raw_client::receive() {
    auto next = receive_head();
    if (const auto at = next.head.find("Content-Length: "); at != std::string::npos) {
        const auto size = std::stoul(next.head.substr(at + 16));
        while (pending_.size() < size) {
            if (!fill(patience)) {
                return {};
            }
        }
        next.body = pending_.substr(0, size);
        pending_.erase(0, size);
    }
    return next;
}

bool raw_client::readable(std::chrono::milliseconds within) const {
    pollfd waiting{socket_, POLLIN, 0};
    return !pending_.empty() || ::poll(&waiting, 1, static_cast<int>(within.count())) > 0;
}

bool raw_client::closed(std::chrono::milliseconds within) {
    pollfd waiting{socket_, POLLIN, 0};
    if (!pending_.empty() || ::poll(&waiting, 1, static_cast<int>(within.count())) <= 0) {
        return false;
    }
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_PEEK) <= 0;
}

}  // namespace billhook::testing
