#pragma once

#include "schemas/json/value.hpp"

#include <string_view>

// What is around an object: read by the worker's parser and the gateway's routing alike. Not for
// use outside of this folder.
namespace billhook::stripe {

// Views into a document; empty where there is no usable text (a string of 1 to 255 bytes).
struct envelope {
    // A snapshot event ("object":"event", or none but a hash at data.object). Else a thin event,
    // the envelope of another service, or no event: its account and type mean nothing to us.
    bool is_snapshot = false;
    std::string_view id;
    std::string_view type;
    std::string_view account;  // of a snapshot
    json::value object;        // data.object of a snapshot, related_object of a thin event
    std::string_view object_id;
    std::string_view customer_id;  // of that object; a customer is its own
};

[[nodiscard]] envelope envelope_of(json::value root);

}  // namespace billhook::stripe
