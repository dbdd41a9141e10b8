#pragma once

#include "ingest/http/message.hpp"
#include "ingest/webhook/endpoint.hpp"
#include "ingest/webhook/signature.hpp"
#include "schemas/messages/record.hpp"
#include "schemas/types/result.hpp"

#include <cstddef>
#include <optional>

namespace billhook {

// A delivery whose signature is good.
struct signed_delivery {
    record to_append;
    std::size_t secret;  // that signed it: its place among the endpoint's
};

// Pure. What of a header alone will make `decide` refuse the request: so that its body need not be
// read.
[[nodiscard]] std::optional<signature_refusal> refuses_head(
    const http::request_head& head,
    const endpoint& at,
    instant received_at
);

// Pure. A request that came to `at` whole: the record to append, its body the request's own bytes
// (moved, not copied), or why its signature was refused. Nothing of the body is read before the
// signature is known to be good, and nothing that is signed is refused for its content: Stripe
// would send it again for days.
[[nodiscard]] result<signed_delivery, signature_refusal> decide(
    http::request request,
    const endpoint& at,
    instant received_at
);

}  // namespace billhook
