#pragma once

#include "schemas/io/process/log.hpp"
#include "schemas/io/process/metrics.hpp"
#include "schemas/settings/listen_address.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace billhook {

struct admin_reply {
    int status = 200;  // 200 or 503
    std::string body;
    std::string content_type = "text/plain; charset=utf-8";
};

// The HTTP listener for `/metrics`, `/healthz` and `/readyz` of a process, with a thread of its
// own. One GET a connection, paths matched exactly, header at most 8 KiB, all within 2 s, then
// closed. 64 connections at once; the oldest gives way to the next, so that who only holds
// connections keeps no probe waiting. Nothing of a request is echoed. No TLS, no names resolved.
//
// Listening on the loopback it answers only who asks for an address or `localhost`: a page in a
// browser there, whose name was made to resolve to 127.0.0.1 (DNS rebinding), names itself in Host.
// Listening beyond it warns in the log, since all who reach it may ask.
class admin_server {
public:
    // Called on the server's thread, one at a time: not to wait for anything. Exceptions become
    // 503.
    using handler = std::function<admin_reply()>;
    using routes = std::map<std::string, handler, std::less<>>;

    // Port 0 takes any free one. Throws std::system_error: std::errc::address_in_use if the port is
    // taken, invalid_argument if the host is no address.
    admin_server(const listen_address& where, routes answers, log& to);
    ~admin_server();  // cuts what is under way
    admin_server(const admin_server&) = delete;
    admin_server& operator=(const admin_server&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept;

private:
    class listener;
    std::unique_ptr<listener> listener_;
};

// What every process answers: its metrics, that it lives, and 503 on /readyz unless `ready`, which
// is asked on the server's thread. `numbers` outlives the server.
[[nodiscard]] admin_server::routes usual_routes(
    const metrics& numbers,
    std::function<bool()> ready
);

}  // namespace billhook
