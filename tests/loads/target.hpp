#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace billhook::testing {

// A gateway under load: where it listens, and how an event for it is signed at this moment.
struct target {
    boost::asio::ip::tcp::endpoint at;
    std::string path;
    std::function<std::string(std::string_view body)> signature;
};

// A POST with that signature and so much of the body as is sent.
[[nodiscard]] std::string request_to(
    const target& to,
    std::string_view signature,
    std::string_view body
);

}  // namespace billhook::testing
