#pragma once

#include "schemas/messages/publisher.hpp"
#include "schemas/messages/record.hpp"
#include "schemas/types/instant.hpp"

#include <span>
#include <stdexcept>
#include <string>

namespace billhook {

// Kafka did not acknowledge what recovery published; it may turn up later, which is harmless: the
// same again is a duplicate.
struct not_published : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A body for `stripe.events` that did not come by a webhook: keyed and labelled as the gateway
// would, with no endpoint, secret or signature. Its livemode is the body's own word (mode `both`).
[[nodiscard]] message message_for(std::string body, record_source_kind source, instant at);

// Blocks until all are acknowledged; throws not_published if one is not.
void publish_all(publisher& into, std::span<const message> messages);

}  // namespace billhook
