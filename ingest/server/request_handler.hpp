#pragma once

#include "ingest/http/message.hpp"
#include "ingest/http/problem.hpp"
#include "ingest/server/admission.hpp"
#include "schemas/types/result.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>

namespace billhook {

// Port: what lies behind the sockets of one thread. Called on that thread only.
struct request_handler {
    virtual ~request_handler() = default;
    // Asked when the header is there, once for a request: which of the handler's resources it is
    // for, by a number of the handler's own. A path or method that does not exist is answered, and
    // its connection closed, before its body is read.
    [[nodiscard]] virtual result<std::size_t, http::problem> route(const http::request_head& head
    ) const = 0;
    // Asked next, before its body is read: what of the header alone speaks against it. Then it is
    // answered so, and its connection closed.
    [[nodiscard]] virtual std::optional<http::problem> refuses(
        std::size_t resource,
        const http::request_head& head
    ) = 0;
    // Asked of an answer that the server itself gives, before the handler saw the whole request:
    // adds what a page of another origin must see. The header may not have come to its end.
    virtual void add_to_refusal(const http::request_head&, http::response&) const {}
    // Answers a whole request for that resource. `held` counts its bytes among the unverified ones:
    // it is kept as long as they are. What it throws becomes a 500 without words.
    virtual boost::asio::awaitable<http::response> handle(
        std::size_t resource,
        http::request what,
        unverified_share held
    ) = 0;
};

}  // namespace billhook
