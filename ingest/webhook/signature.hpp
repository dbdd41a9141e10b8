#pragma once

#include "ingest/webhook/endpoint.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace billhook {

// Why a signature was refused: for our metric alone, whoever sent it is told one thing for all.
enum class signature_refusal : std::uint8_t {
    missing,            // no Stripe-Signature, or more than one
    malformed,          // outside the grammar
    outside_tolerance,  // signed too long ago, or for a time to come: look at the clocks
    no_match,           // no live secret made it
};
[[nodiscard]] std::string_view to_word(signature_refusal why);

// What was signed: whether it was now, and which live secret made one of these. For the two
// schemes.
struct signed_message {
    std::string_view t;    // what stands before the body, without the dot between
    std::int64_t seconds;  // when
    std::span<const digest> claimed;
};
[[nodiscard]] result<std::size_t, signature_refusal> secret_that_made(
    const signed_message& what,
    std::string_view body,
    std::span<const endpoint_secret> secrets,
    std::chrono::seconds tolerance,
    instant now
);
// 1 to 12 digits, not zero; and whether that is near enough, in whole seconds.
[[nodiscard]] std::optional<std::int64_t> signed_seconds(std::string_view text);
[[nodiscard]] bool is_within(std::int64_t seconds, instant now, std::chrono::seconds tolerance);

inline constexpr std::size_t most_signatures = 16;
inline constexpr std::size_t signature_header_limit = 4096;

// Pure. What verify will refuse without looking at the body: outside the grammar or the tolerance.
[[nodiscard]] std::optional<signature_refusal> refuses_header(
    std::string_view header,
    std::chrono::seconds tolerance,
    instant now
);

// Pure. The header must be item *("," item), item = key "=" value, without white space; exactly one
// `t` of 1 to 12 digits, not zero; 1 to 16 `v1` of 64 lower-case hex digits. Other keys (`v0`) are
// skipped. |now - t| <= tolerance, in whole seconds. Every live secret is tried on every `v1`, in
// constant time. Returns the place in `secrets` of the first that matched. One thread at a time for
// the same secrets.
[[nodiscard]] result<std::size_t, signature_refusal> verify(
    std::string_view header,
    std::string_view body,
    std::span<const endpoint_secret> secrets,
    std::chrono::seconds tolerance,
    instant now
);

}  // namespace billhook
