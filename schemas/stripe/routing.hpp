#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace billhook::stripe {

// How a record is keyed and labelled in Kafka. `key` is the customer id; else the subscription id;
// else the object's id; else the account; else the event id; else the lower-case hex SHA-256 of the
// body. Ids here are Stripe's own, not scoped. `event_id` and `event_type` only when readable, and
// only if they fit a header: printable ASCII, at most 255 bytes.
struct routing {
    std::string key;
    std::optional<std::string> event_id;
    std::optional<std::string> event_type;
};

// Pure; answers for any bytes, with the worker's own JSON reader, so that gateway and worker cannot
// read one body in two ways.
[[nodiscard]] routing route(std::string_view body);

}  // namespace billhook::stripe
