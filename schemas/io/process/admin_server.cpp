#include "schemas/io/process/admin_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <fmt/format.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace billhook {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t request_limit = 8 * 1024;
constexpr auto connection_deadline = std::chrono::seconds{2};

[[noreturn]] void throw_errno(const std::string& doing) {
    throw std::system_error(errno, std::generic_category(), doing);
}

struct close_socket {
    int descriptor;
    ~close_socket() { ::close(descriptor); }
};

int listen_on(const std::string& host, std::uint16_t port) {
    addrinfo hints = {};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
        errno = EINVAL;
        throw_errno("not an address: " + host);
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned{found, ::freeaddrinfo};
    const int made = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0) {
        throw_errno("socket");
    }
    const int yes = 1;
    ::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool bound = ::bind(made, found->ai_addr, found->ai_addrlen) == 0;
    if (!bound || ::listen(made, 16) != 0) {
        const int why = errno;
        ::close(made);
        errno = why;
        throw_errno("listening on " + host + " port " + std::to_string(port));
    }
    return made;
}

std::uint16_t port_of(int socket) {
    sockaddr_storage bound = {};
    socklen_t size = sizeof bound;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
    return bound.ss_family == AF_INET6
               ? ntohs(reinterpret_cast<const sockaddr_in6&>(bound).sin6_port)
               : ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

bool ready(int socket, short what, steady::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now()).count();
    pollfd waiting{socket, what, 0};
    return left > 0 && ::poll(&waiting, 1, static_cast<int>(left)) > 0;
}

std::string response(int status, std::string_view type, std::string_view body, bool allow = false) {
    const auto reason = status == 200   ? "OK"
                        : status == 400 ? "Bad Request"
                        : status == 404 ? "Not Found"
                        : status == 405 ? "Method Not Allowed"
                                        : "Service Unavailable";
    return fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nConnection: close\r\n{}\r\n{}",
        status,
        reason,
        type,
        body.size(),
        allow ? "Allow: GET\r\n" : "",
        body
    );
}

std::string plain(int status, std::string_view body, bool allow = false) {
    return response(status, "text/plain; charset=utf-8", body, allow);
}

// The header, up to its empty line; nullopt if the peer is too slow, too long or gone.
std::optional<std::string> read_request(int connection, steady::time_point until) {
    std::string request;
    std::array<char, 2048> part{};
    while (request.find("\r\n\r\n") == std::string::npos) {
        if (request.size() >= request_limit || !ready(connection, POLLIN, until)) {
            return std::nullopt;
        }
        const auto size = ::recv(connection, part.data(), part.size(), 0);
        if (size <= 0) {
            return std::nullopt;
        }
        request.append(part.data(), static_cast<std::size_t>(size));
    }
    return request;
}

void write_all(int connection, std::string_view text, steady::time_point until) {
    while (!text.empty() && ready(connection, POLLOUT, until)) {
        const auto size = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
        if (size <= 0) {
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

}  // namespace

admin_server::admin_server(const std::string& host, std::uint16_t port, routes answers)
    : answers_(std::move(answers)), listening_(listen_on(host, port)) {
    port_ = port_of(listening_);
    ending_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (ending_ < 0) {
        const int why = errno;
        ::close(listening_);
        errno = why;
        throw_errno("eventfd");
    }
    thread_ = std::thread([this] { run(); });
}

admin_server::~admin_server() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(ending_, &one, sizeof one);
    thread_.join();
    ::close(listening_);
    ::close(ending_);
}

void admin_server::run() {
    for (;;) {
        std::array<pollfd, 2> waiting{
            {{listening_, POLLIN, 0}, {ending_, POLLIN, 0}}
        };
        ::poll(waiting.data(), waiting.size(), -1);
        if (waiting[1].revents != 0) {
            return;
        }
        const int connection =
            ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (connection >= 0) {
            const close_socket after{connection};
            serve(connection);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
            // The waiting connection keeps the socket readable: give others time to close theirs.
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
    }
}

void admin_server::serve(int connection) const {
    const auto until = steady::now() + connection_deadline;
    if (const auto request = read_request(connection, until)) {
        write_all(connection, answer_to(*request), until);
        // Until the peer has read it: closing with unread input would reset the connection.
        ::shutdown(connection, SHUT_WR);
        std::array<char, 512> rest{};
        while (ready(connection, POLLIN, until) &&
               ::recv(connection, rest.data(), rest.size(), 0) > 0) {
        }
    }
}

std::string admin_server::answer_to(std::string_view request) const {
    const auto line = request.substr(0, request.find("\r\n"));
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last || !line.substr(last + 1).starts_with("HTTP/1.")) {
        return plain(400, "bad request\n");
    }
    const auto found = answers_.find(line.substr(first + 1, last - first - 1));
    if (found == answers_.end()) {
        return plain(404, "not found\n");
    }
    if (line.substr(0, first) != "GET") {
        constexpr bool say_what_is_allowed = true;
        return plain(405, "method not allowed\n", say_what_is_allowed);
    }
    try {
        const auto reply = found->second();
        return response(reply.status, reply.content_type, reply.body);
    } catch (const std::exception&) {
        return plain(503, "unavailable\n");
    }
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
