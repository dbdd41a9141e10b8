#pragma once

#include "schemas/types/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook {

// Who put a record into `stripe.events`.
enum class record_source_kind : std::uint8_t {
    webhook,
    backfill,
    reconcile,
    mapping,
    by_operator,  // grants, revokes, overrides
    api,
    clerk
};
[[nodiscard]] std::string_view to_word(record_source_kind source);

// What an endpoint accepts: `both` is for Connect.
enum class endpoint_mode : std::uint8_t { live, test, both };
[[nodiscard]] std::string_view to_word(endpoint_mode mode);

// Who delivers to an endpoint.
enum class endpoint_kind : std::uint8_t { stripe, clerk };
[[nodiscard]] std::string_view to_word(endpoint_kind kind);

// A record of `stripe.events`: the request body byte for byte, and what Billhook says about it.
// Values of headers are printable ASCII of at most 255 bytes (`stripe_signature` 4 KiB).
struct record {
    std::string key;
    std::string body;
    std::optional<std::string> event_id;
    std::optional<std::string> event_type;
    std::string endpoint;  // its name
    endpoint_mode mode = endpoint_mode::both;
    std::string secret;  // the name of the secret that matched
    instant received_at{};
    std::optional<std::string> stripe_signature;
    record_source_kind source = record_source_kind::webhook;
};

using header_list = std::vector<std::pair<std::string, std::string>>;

// The header names are those of schemas/README.md, "Messages": event-id, event-type, endpoint,
// endpoint-mode, secret, received-at (decimal microseconds), stripe-signature, source.
[[nodiscard]] header_list headers_of(const record& what);
// The way back. Unknown headers are skipped; a missing or unreadable value takes the default above
// (received-at: `fallback`, the broker's timestamp), for what lies in the log must always be read.
[[nodiscard]] record record_from(
    std::string key,
    std::string body,
    const header_list& headers,
    instant fallback
);

}  // namespace billhook
