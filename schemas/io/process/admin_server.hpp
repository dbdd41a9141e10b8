#pragma once

#include "schemas/io/process/metrics.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>

namespace billhook {

struct admin_reply {
    int status = 200;  // 200 or 503
    std::string body;
    std::string content_type = "text/plain; charset=utf-8";
};

// A tiny HTTP listener for `/metrics`, `/healthz` and `/readyz` of a process without Asio. It has a
// thread of its own and serves one connection after the other: one GET each, paths matched exactly,
// request at most 8 KiB, all within 2 s, then closed. Nothing of a request is echoed. Meant for
// loopback; no TLS, no names resolved.
class admin_server {
public:
    // Called on the server's thread, so with care for what other threads do; exceptions become 503.
    using handler = std::function<admin_reply()>;
    using routes = std::map<std::string, handler, std::less<>>;

    // `host` is an IPv4 or IPv6 address without brackets; port 0 takes any free one. Throws
    // std::system_error, std::errc::address_in_use if the port is taken.
    admin_server(const std::string& host, std::uint16_t port, routes answers);
    ~admin_server();  // waits for the connection being served
    admin_server(const admin_server&) = delete;
    admin_server& operator=(const admin_server&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    void run();
    void serve(int connection) const;
    [[nodiscard]] std::string answer_to(std::string_view request) const;

    routes answers_;
    int listening_ = -1;
    int ending_ = -1;  // readable when the thread shall end
    std::uint16_t port_ = 0;
    std::thread thread_;
};

// What every process answers: its metrics, that it lives, and 503 on /readyz unless `ready`, which
// is asked on the server's thread. `numbers` outlives the server.
[[nodiscard]] admin_server::routes usual_routes(
    const metrics& numbers,
    std::function<bool()> ready
);

}  // namespace billhook
