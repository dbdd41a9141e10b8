#include "schemas/io/stripe_api/retry.hpp"

#include <algorithm>
#include <cstdint>

namespace billhook::stripe {

bool is_retryable(exchange_fault why) {
    switch (why) {
        case exchange_fault::unresolved:
        case exchange_fault::unreachable:
        case exchange_fault::cut:
        case exchange_fault::slow:
        case exchange_fault::other:
            return true;
        case exchange_fault::untrusted:
        case exchange_fault::too_large:
            return false;
    }
    return false;
}

bool is_retryable(const exchanged& what) {
    const bool by_status = what.status == 409 || what.status == 429 || what.status >= 500;
    return what.status >= 300 && what.should_retry.value_or(by_status);
}

bool may_write_again(const exchanged& what, std::string_view code) {
    const bool in_use = code == "idempotency_key_in_use";
    if (what.replayed && !in_use) {
        return false;
    }
    const bool by_status =
        what.status == 409 || what.status >= 500 || (what.status == 429 && code == "lock_timeout");
    return what.status >= 300 && what.should_retry.value_or(by_status);
}

std::optional<std::chrono::milliseconds> pause_after(
    int attempt,
    std::optional<std::chrono::seconds> asked,
    const retry_limits& limits,
    double jitter
) {
    if (attempt >= limits.attempts) {
        return std::nullopt;
    }
    auto pause = limits.first;
    for (int each = 1; each < attempt && pause < limits.longest; ++each) {
        pause *= 2;
    }
    pause = std::min(pause, limits.longest);
    const auto half = static_cast<double>(pause.count()) / 2;
    pause = std::chrono::milliseconds{static_cast<std::int64_t>(half + half * jitter)};
    const auto told = std::min(asked.value_or(std::chrono::seconds{0}), limits.longest_asked);
    return std::max(pause, std::chrono::milliseconds{told});
}

}  // namespace billhook::stripe
