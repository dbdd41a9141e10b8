#pragma once

#include "schemas/types/secret.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <sys/types.h>

namespace billhook {

// The least that a gateway can be: Beast reads a request and answers 200, in a process of its own,
// of one thread. With `key` it makes the HMAC of the body and compares it, too. Ends with the
// object, and with this process. To be made while this process has one thread (it forks). Throws
// std::system_error.
class bare_server {
public:
    explicit bare_server(const std::optional<secret>& key);
    ~bare_server();
    bare_server(const bare_server&) = delete;
    bare_server& operator=(const bare_server&) = delete;

    [[nodiscard]] pid_t process() const { return process_; }
    [[nodiscard]] boost::asio::ip::tcp::endpoint address() const { return address_; }

private:
    pid_t process_ = 0;
    boost::asio::ip::tcp::endpoint address_;
};

}  // namespace billhook
