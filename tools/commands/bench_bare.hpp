#pragma once

#include "schemas/types/secret.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>
#include <sys/types.h>

namespace billhook {

struct bare_reply {
    std::optional<secret> key{};  // makes the HMAC of what came with it and compares it, too
    std::string body{};           // of the answer
};

// The least that a server can be: Beast reads a request and answers 200, in a process of its own,
// of one thread. Ends with the object, and with this process. To be made while this process has one
// thread (it forks). Throws std::system_error.
class bare_server {
public:
    explicit bare_server(const bare_reply& what);
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
