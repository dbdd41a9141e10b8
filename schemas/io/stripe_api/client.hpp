#pragma once

#include "schemas/io/stripe_api/exchange.hpp"
#include "schemas/io/stripe_api/retry.hpp"
#include "schemas/json/value.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/result.hpp"
#include "schemas/types/secret.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook::stripe {

// The version of the API in which objects are asked for: the first that says why a subscription is
// paused. Events come in their own.
inline constexpr std::string_view asked_api_version = "2026-09-30.endive";

struct client_settings {
    std::string base = "https://api.stripe.com";  // else loopback, for tests: see stripe.api_base
    secret key;                                   // sk_... or rk_...
    exchange_bounds bounds;
    retry_limits retries;
};

// Of which mode a key is: "sk_live_", "rk_test_" ...; nothing if it does not say.
[[nodiscard]] std::optional<bool> livemode_of(const secret& key);

using parameters = std::vector<std::pair<std::string, std::string>>;

struct request {
    std::string path;       // "/v1/events"
    parameters query{};     // {"types[]", "invoice.paid"}; encoded by the client
    std::string account{};  // Stripe-Account: of a connected account; else empty
};

struct reply {
    json::document body;
    // Not later than the moment at which Stripe read what it shows: the reply's `Date`, less the
    // whole seconds that the call took. Nothing if the reply has no `Date`.
    std::optional<instant> as_of;
    bool replayed = false;  // of a POST: the key's answer of before, not a new one
    std::string request{};  // Request-Id
};

// Stripe's no: it would say the same again.
struct refusal {
    int status = 0;       // 404, 401 ...
    std::string type;     // "invalid_request_error"; empty if it is no word
    std::string code;     // "resource_missing"; the same
    std::string request;  // Request-Id
    std::string decline;  // "insufficient_funds"; the same

    friend bool operator==(const refusal&, const refusal&) = default;
};
// What a POST is: form fields, and the key under which Stripe answers it once for all (v1: a day).
struct writing {
    std::string path;
    parameters form{};
    std::string key;  // 1 to 255 letters, digits, "-", "_"
    // When the caller has gone: no try and no pause goes beyond it.
    std::chrono::steady_clock::time_point until;
};
// "404 resource_missing (req_1)": words and ids alone, never Stripe's message, which may quote us.
[[nodiscard]] std::string to_text(const refusal& why);

// No answer that can be used, after all tries. `retryable`: the same may succeed later (the
// network, Stripe's own 5xx, rate limits); otherwise something must be changed first. No secret, no
// payload.
struct failure : std::runtime_error {
    failure(const std::string& text, bool may_succeed_later, bool came_unreadable = false)
        : std::runtime_error(text), retryable(may_succeed_later), unreadable(came_unreadable) {}
    bool retryable;
    bool unreadable;  // Stripe answered with what is no JSON for us: a NUL in a name, a huge object
};

// Tells what a call had to endure; for progress lines and metrics. Words, no payload.
struct trouble {
    int attempt = 0;                    // the one that failed, from 1
    std::chrono::milliseconds pause{};  // before the next
    int status = 0;                     // 0: no answer
    std::string why;                    // a rate limit's reason, or the fault's word; may be empty
};

// Reads Stripe's API with one key. Blocks; one thread. Nothing is logged; the key never leaves for
// another host than `base`.
class client {
public:
    // Waits that long; false if it was woken to stop, which ends the call with a failure.
    using waiting = std::function<bool(std::chrono::milliseconds)>;

    client(client_settings told, waiting wait);

    // Tries again as `pause_after` says. Throws failure.
    [[nodiscard]] result<reply, refusal> get(const request& what);
    // The same, but never beyond `until`.
    [[nodiscard]] result<reply, refusal> get(
        const request& what,
        std::chrono::steady_clock::time_point until
    );
    // Tries again as Stripe's own libraries do, always under the same key: `may_write_again`. A 409
    // idempotency_key_in_use is waited for. A refusal of 500 and above is Stripe's stored answer
    // for this key, which it gives for a day: read what there is, then take another key. Throws
    // failure; then it may be done or not, and the same key tells.
    [[nodiscard]] result<reply, refusal> post(const writing& what);

    // A DELETE, tried again as a GET is: to end what has ended is Stripe's 404, not a second end.
    [[nodiscard]] result<reply, refusal> remove(
        const request& what,
        std::chrono::steady_clock::time_point until
    );

    // Called before each pause.
    void on_trouble(std::function<void(const trouble&)> tell) { tell_ = std::move(tell); }
    // Requests sent since the construction, repetitions included.
    [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

private:
    [[nodiscard]] std::vector<std::string> headers_for(const std::string& account) const;
    [[nodiscard]] result<reply, refusal> ask(
        outgoing what,
        const std::string& path,
        std::chrono::steady_clock::time_point until
    );

    client_settings told_;
    exchange exchange_;
    waiting wait_;
    std::function<void(const trouble&)> tell_;
    std::minstd_rand random_;
    std::uint64_t requests_ = 0;
};

}  // namespace billhook::stripe
