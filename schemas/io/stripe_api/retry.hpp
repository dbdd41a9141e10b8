#pragma once

#include "schemas/io/stripe_api/exchange.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace billhook::stripe {

struct retry_limits {
    int attempts = 8;                      // of one call, the first one included
    std::chrono::milliseconds first{500};  // doubled each time
    std::chrono::milliseconds longest{32'000};
    std::chrono::seconds longest_asked{60};  // of a Retry-After that is obeyed

    friend bool operator==(const retry_limits&, const retry_limits&) = default;
};

// May the same GET succeed later? Connections that failed, 409, 429, and 500 and above may; what
// Stripe says itself (Stripe-Should-Retry) counts before its status. Pure.
[[nodiscard]] bool is_retryable(exchange_fault why);
[[nodiscard]] bool is_retryable(const exchanged& what);
// The same of a POST, with the `code` of its error, as Stripe's own libraries have it: 409 and 500
// and above, but no answer that is only the stored one of before; of 429 a lock that was not had
// (lock_timeout). Pure.
[[nodiscard]] bool may_write_again(const exchanged& what, std::string_view code);

// How long to wait after the `attempt`th try (from 1) failed; nothing: give up. Doubles, is cut at
// `longest`, and lies between a half and the whole of that by `jitter` (0 to 1); never shorter than
// `asked` (Retry-After, up to `longest_asked`). Pure.
[[nodiscard]] std::optional<std::chrono::milliseconds> pause_after(
    int attempt,
    std::optional<std::chrono::seconds> asked,
    const retry_limits& limits,
    double jitter
);

}  // namespace billhook::stripe
