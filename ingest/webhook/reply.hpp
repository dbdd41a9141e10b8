#pragma once

#include "ingest/http/message.hpp"
#include "ingest/http/problem.hpp"
#include "ingest/webhook/signature.hpp"
#include "schemas/messages/publisher.hpp"

namespace billhook {

// Pure. The one place where what became of a delivery turns into HTTP. 200 for `persisted` alone;
// all else makes Stripe send it again.
[[nodiscard]] http::response reply_to(delivery what);
[[nodiscard]] http::problem problem_of(signature_refusal why);

}  // namespace billhook
