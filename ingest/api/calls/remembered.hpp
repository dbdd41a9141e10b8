#pragma once

#include "ingest/http/message.hpp"
#include "ingest/http/problem.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/result.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace billhook::api {

// A call under the caller's own Idempotency-Key.
struct keyed_call {
    organization_id whose;
    std::string key;
    std::string digest;  // of method, target and body
};
// Nothing without such a field. bad_idempotency_key: several, or not 1 to 255 visible characters.
[[nodiscard]] result<std::optional<keyed_call>, http::problem> keyed_call_from(
    const http::request& what,
    const organization_id& whose
);

// What a key was answered, for 24 hours and in this process alone: beneath it every call that
// writes is safe to repeat. Of so many keys at most; the oldest gives way. What may be repeated
// (retryable, or 500) is not remembered. Any thread.
class remembered_answers {
public:
    using time = std::chrono::steady_clock::time_point;

    explicit remembered_answers(std::size_t most, std::chrono::seconds lives = day)
        : most_(most), lives_(lives) {}

    // Nothing: it is new, and begun now: whoever is told so calls `end` or `forget`. Else the
    // answer of before, with Idempotent-Replayed; operation_in_progress while it is made;
    // idempotency_key_reused for other words under the same key.
    [[nodiscard]] std::optional<http::response> begin(const keyed_call& what, time now);
    void end(const keyed_call& what, const http::response& answer);
    void forget(const keyed_call& what);

private:
    static constexpr std::chrono::hours day{24};
    using name = std::pair<organization_id, std::string>;
    struct entry {
        std::string digest;
        time begun;
        std::optional<http::response> answer;
    };
    void make_room(time now);

    std::size_t most_;
    std::chrono::seconds lives_;
    std::mutex guard_;  // of the two below
    std::map<name, entry> entries_;
    std::deque<std::pair<time, name>> by_age_;
};

}  // namespace billhook::api
