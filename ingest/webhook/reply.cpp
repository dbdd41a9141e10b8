#include "ingest/webhook/reply.hpp"

#include "schemas/types/assert.hpp"

namespace billhook {

http::response reply_to(delivery what) {
    switch (what) {
        case delivery::persisted: {
            http::response received;
            received.body = R"({"received":true})";
            return received;
        }
        case delivery::refused:
        case delivery::unknown:
            return http::to_response({.code = http::problem_code::log_unavailable});
    }
    BILLHOOK_ASSERT(false && "a delivery without a reply");
}

http::problem problem_of(signature_refusal why) {
    switch (why) {
        case signature_refusal::missing:
        case signature_refusal::malformed:
        case signature_refusal::outside_tolerance:
        case signature_refusal::no_match:
            return {.code = http::problem_code::bad_signature};
    }
    BILLHOOK_ASSERT(false && "a signature_refusal without a reply");
}

}  // namespace billhook
