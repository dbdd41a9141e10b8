#pragma once

#include "schemas/types/instant.hpp"
#include "schemas/types/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::stripe {

// How much a call may cost us.
struct exchange_bounds {
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds whole{60'000};  // from the first packet to the last byte
    std::size_t body_bytes = 16'777'216;

    friend bool operator==(const exchange_bounds&, const exchange_bounds&) = default;
};

// What came back, whatever its status.
struct exchanged {
    int status = 0;
    std::string body;
    std::optional<instant> date;       // the `Date` header: whole seconds, Stripe's clock
    std::chrono::milliseconds took{};  // from asking to the last byte, by our steady clock
    std::optional<std::chrono::seconds> retry_after;  // as seconds; the header's other form is none
    std::optional<bool> should_retry;                 // Stripe-Should-Retry
    std::string rate_limited_reason;                  // Stripe-Rate-Limited-Reason; "" if none
    std::string cache_control;                        // Cache-Control; "" if none
    std::string request;                              // Request-Id: for Stripe's support
    bool replayed = false;  // Idempotent-Replayed: this is what the key was answered before
};

// One request. `headers`: whole lines, "Name: value".
struct outgoing {
    std::string url;
    std::vector<std::string> headers;
    std::optional<std::string> form;                  // the body of a POST; nothing: a GET
    std::optional<std::chrono::milliseconds> within;  // if that is less than the bounds allow
    bool removes = false;                             // a DELETE, without a body
};

// Why nothing came back.
enum class exchange_fault : std::uint8_t {
    unresolved,   // the name
    unreachable,  // no connection
    untrusted,    // TLS: the certificate or its name; never worth a second try
    cut,          // it ended before the answer did
    slow,         // it took longer than the bounds allow
    too_large,    // the body; never worth a second try
    other,
};
[[nodiscard]] std::string_view to_word(exchange_fault why);

// One connection that asks over HTTP/1.1 or 2, kept between calls. TLS 1.2 at least, certificate
// and host name verified; redirects are answers like any other and never followed; no cookies, no
// .netrc, no content encoding. Blocks, up to the bounds; one thread. Throws std::bad_alloc alone.
class exchange {
public:
    explicit exchange(const exchange_bounds& bounds);
    ~exchange();
    exchange(const exchange&) = delete;
    exchange& operator=(const exchange&) = delete;

    [[nodiscard]] result<exchanged, exchange_fault> send(const outgoing& what);

private:
    struct handle;
    std::unique_ptr<handle> handle_;
};

// "a-b_c.d~" stay, all else becomes %XX: for a part of a path or of a query.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace billhook::stripe
