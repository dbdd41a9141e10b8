#pragma once

#include "ingest/http/message.hpp"
#include "ingest/webhook/signature.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace billhook {

// The three fields of Clerk's webhooks, as Svix sends them (`svix-id`, `svix-timestamp`,
// `svix-signature`) or, if there is no `svix-id`, as Standard Webhooks names them (`webhook-...`).
struct svix_fields {
    std::string_view id;  // the same in every delivery of an event
    std::string_view timestamp;
    std::string_view signature;
};
// Nothing if one is missing or there twice.
[[nodiscard]] std::optional<svix_fields> svix_fields_in(const http::fields& all);

// Pure. HMAC-SHA256 of "<id>.<timestamp>.<body>" (github.com/standard-webhooks, spec). The id is 1
// to 255 printable bytes without blank or dot, so that there is one way to read what was signed;
// the timestamp 1 to 12 digits; the signatures are split by single blanks, 1 to 16 "v1," and base64
// of 32 bytes, others (`v1a`) skipped. A secret's key is what its base64 stands for: see
// `svix_key_of`. Time, order and constant time as with `verify`.
[[nodiscard]] result<std::size_t, signature_refusal> verify_svix(
    const svix_fields& header,
    std::string_view body,
    std::span<const endpoint_secret> secrets,
    std::chrono::seconds tolerance,
    instant now
);

// Pure. What verify_svix will refuse without looking at the body.
[[nodiscard]] std::optional<signature_refusal> refuses_svix_header(
    const svix_fields& header,
    std::chrono::seconds tolerance,
    instant now
);

// Of "whsec_<base64>", with or without the prefix; asserts that it is base64, as the settings did.
[[nodiscard]] signing_key svix_key_of(const secret& value);

}  // namespace billhook
