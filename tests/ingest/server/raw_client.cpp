#include "tests/ingest/server/raw_client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace billhook::testing {

namespace {

constexpr std::chrono::milliseconds patience{20'000};

}  // namespace

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
