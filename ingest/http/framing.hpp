#pragma once

#include "ingest/http/message.hpp"
#include "ingest/http/problem.hpp"
#include "schemas/types/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace billhook::http {

// Where a request's body ends, if there is one, and whether its sender waits to be asked for it.
struct framing {
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    bool expects_continue = false;
};

// Pure. What Beast 1.81 lets through and two servers in a row could read in two ways is refused
// here, and the connection must be closed after it. In this order: method, target, Host, transfer
// coding, length, expectation.
[[nodiscard]] result<framing, problem> framing_of(const request_head& head);

// Pure. Whether a body of that kind may be sent here: some length (for POST), none too large, no
// Content-Encoding. To be asked after it is known that path and method exist.
[[nodiscard]] std::optional<problem> refuses_body(
    const request_head& head,
    const framing& how,
    std::size_t body_limit
);

// How many bytes a request's body may take on the wire: chunks of a byte each would otherwise be
// six times the body.
[[nodiscard]] constexpr std::size_t wire_limit(std::size_t body_limit) {
    return 2 * body_limit;
}

}  // namespace billhook::http
