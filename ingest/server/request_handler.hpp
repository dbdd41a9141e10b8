#pragma once

#include "ingest/http/message.hpp"
#include "ingest/http/problem.hpp"
#include "ingest/server/admission.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>

namespace billhook {

// Port: what lies behind the sockets of one thread. Called on that thread only.
struct request_handler {
    virtual ~request_handler() = default;
    // Asked when the header is there: a path or method that does not exist is answered, and its
    // connection closed, before its body is read.
    [[nodiscard]] virtual std::optional<http::problem> refuses(const http::request_head& head) = 0;
    // Answers a whole request. `held` counts its bytes as in flight: whoever keeps them longer than
    // this call keeps it as well. What it throws becomes a 500 without words.
    virtual boost::asio::awaitable<http::response> handle(http::request what, reservation held) = 0;
};

}  // namespace billhook
